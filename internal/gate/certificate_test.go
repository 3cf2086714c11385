package gate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issue writes a certificate with this number and its key, as of a time.
func issue(t *testing.T, folder string, number int64, at time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(number)}, &x509.Certificate{}, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A renewed certificate is taken without a restart; a broken one is left and told of; old versions of TLS are refused.
func TestTLS(t *testing.T) {
	now, folder := tuesday, t.TempDir()
	cert, key := issue(t, folder, 1, now)
	var log strings.Builder
	config, err := TLS(cert, key, func() time.Time { return now }, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	// shake returns the number of the certificate that a client of this version sees.
	shake := func(newest uint16) (int64, error) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		defer theirs.Close()
		server := tls.Server(ours, config)
		go server.HandshakeContext(t.Context()) // what it says of it the client says too
		client := tls.Client(theirs, &tls.Config{InsecureSkipVerify: true, MaxVersion: newest})
		if err := client.HandshakeContext(t.Context()); err != nil {
			return 0, err
		}
		return client.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
	}
	sees := func(want int64) {
		t.Helper()
		if got, err := shake(tls.VersionTLS13); got != want || err != nil {
			t.Errorf("certificate %d, %v, want %d", got, err, want)
		}
	}
	sees(1)
	issue(t, folder, 2, now.Add(time.Minute))
	sees(1) // not looked for at every handshake
	now = now.Add(lookEvery)
	sees(2)
	if err := os.WriteFile(key, []byte("half a ke"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(lookEvery)
	sees(2)
	if !strings.Contains(log.String(), "renewed certificate") {
		t.Errorf("nothing is told of it: %s", log.String())
	}
	issue(t, folder, 3, now)
	now = now.Add(lookEvery)
	sees(3)
	if _, err := shake(tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if _, err := TLS(cert, folder, time.Now, nil); err == nil {
		t.Error("a folder is taken for a key")
	}
}
