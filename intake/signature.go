package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"
)

// mac is the HMAC-SHA256 of the parts, one after another.
func mac(secret string, parts ...string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

// isHex tells in constant time whether the text is the sum in hexadecimal.
func isHex(text string, sum []byte) bool {
	got, err := hex.DecodeString(text)
	return err == nil && hmac.Equal(got, sum)
}

// same compares a secret that was shown with ours in a time that tells neither its text nor its length. An empty
// one is never the same.
func same(given, secret string) bool {
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && secret != ""
}

// fresh tells whether the moment is no further from now than this, in either direction: clocks differ.
func fresh(at, now time.Time, within time.Duration) bool { return now.Sub(at).Abs() <= within }
