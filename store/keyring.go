package store

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// What can be wrong with a secret that is kept here.
var (
	ErrNoKey    = errors.New("there is no secret key: set RELEVO_SECRET_KEY to what “relevo secret-key” or “openssl rand -base64 32” prints")
	ErrWrongKey = errors.New("a secret was sealed with a key that is not in RELEVO_SECRET_KEY: add that key behind the present one, after a comma")
	ErrBroken   = errors.New("a sealed secret was changed, or belongs to another row")
)

// Keyring seals the secrets that are stored, and opens them. The zero Keyring holds no key: it fails with ErrNoKey.
type Keyring struct{ keys []key } // the first seals

// key is one key of 32 bytes, and the beginning of each value that it has sealed.
type key struct {
	aead cipher.AEAD
	mark string
}

// NewKeyring reads keys of 32 bytes each in base64, separated by commas: the first seals, all of them open. An empty text
// is an empty ring. No error contains a key.
func NewKeyring(text string) (Keyring, error) {
	var ring Keyring
	if strings.TrimSpace(text) == "" {
		return ring, nil
	}
	for i, part := range strings.Split(text, ",") {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(part), "="))
		if err != nil || len(raw) != chacha20poly1305.KeySize {
			return Keyring{}, fmt.Errorf("secret key %d is not %d bytes in base64", i+1, chacha20poly1305.KeySize)
		}
		aead, err := chacha20poly1305.NewX(raw)
		if err != nil {
			return Keyring{}, err
		}
		// A hash of the key tells which one it was, and nothing else.
		sum := sha256.Sum256(append([]byte("relevo key "), raw...))
		ring.keys = append(ring.keys, key{aead, base64.RawURLEncoding.EncodeToString(sum[:6]) + "."})
	}
	return ring, nil
}

// NewSecretKey returns a new random key as NewKeyring reads it.
func NewSecretKey() string {
	raw := make([]byte, chacha20poly1305.KeySize)
	rand.Read(raw) // never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// Empty tells whether there is no key.
func (k Keyring) Empty() bool { return len(k.keys) == 0 }

// place is where a sealed value stands. Moved anywhere else it can't be opened.
type place struct {
	column    string // "table.column"
	workspace int64
	row       string // what else tells the row from others of the workspace; may be empty
}

func (p place) bytes() []byte {
	return []byte(p.column + "\x00" + strconv.FormatInt(p.workspace, 10) + "\x00" + p.row)
}

// seal returns a secret as it may be stored at that place. An empty secret is stored as it is. It fails with ErrNoKey.
func (k Keyring) seal(secret string, at place) (string, error) {
	if secret == "" {
		return "", nil
	}
	if k.Empty() {
		return "", ErrNoKey
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(secret)+chacha20poly1305.Overhead)
	rand.Read(nonce)
	first := k.keys[0]
	return first.mark + base64.RawURLEncoding.EncodeToString(first.aead.Seal(nonce, nonce, []byte(secret), at.bytes())), nil
}

// open returns the secret that was sealed for that place. It fails with ErrNoKey, ErrWrongKey or ErrBroken.
func (k Keyring) open(sealed string, at place) (string, error) {
	if sealed == "" {
		return "", nil
	}
	if k.Empty() {
		return "", ErrNoKey
	}
	for _, key := range k.keys {
		body, ours := strings.CutPrefix(sealed, key.mark)
		if !ours {
			continue
		}
		raw, err := base64.RawURLEncoding.DecodeString(body)
		if err != nil || len(raw) < chacha20poly1305.NonceSizeX {
			return "", ErrBroken
		}
		secret, err := key.aead.Open(nil, raw[:chacha20poly1305.NonceSizeX], raw[chacha20poly1305.NonceSizeX:], at.bytes())
		if err != nil {
			return "", ErrBroken
		}
		return string(secret), nil
	}
	return "", ErrWrongKey
}

// newest tells whether the key that seals now has sealed it.
func (k Keyring) newest(sealed string) bool {
	return sealed == "" || !k.Empty() && strings.HasPrefix(sealed, k.keys[0].mark)
}
