package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http/httputil"
	"slices"
	"strconv"
	"time"
)

// client is one kept-alive HTTP connection. It does as little as can be done, because it shares the processors with what
// is measured: it writes a request in one piece and reads no more of an answer than where it ends.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	body   []byte // of the request that is being made
	out    []byte // the request
	answer []byte // the last answer's body
	mac    hash.Hash
}

func dial(address, secret string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), mac: hmac.New(sha256.New, []byte(secret))}, nil
}

// post sends c.body and reads the answer into c.answer. It fails when that is not a success.
func (c *client) post(path, kind, more string) error {
	c.out = fmt.Appendf(c.out[:0], "POST %s HTTP/1.1\r\nHost: relevo\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n", path, kind, len(c.body), more)
	c.out = append(c.out, c.body...)
	if _, err := c.conn.Write(c.out); err != nil {
		return err
	}
	return c.read()
}

// postSigned is post for a form that Slack has signed.
func (c *client) postSigned(path string) error {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	c.mac.Reset()
	c.mac.Write([]byte("v0:" + now + ":"))
	c.mac.Write(c.body)
	return c.post(path, "application/x-www-form-urlencoded",
		"X-Slack-Request-Timestamp: "+now+"\r\nX-Slack-Signature: v0="+hex.EncodeToString(c.mac.Sum(nil))+"\r\n")
}

var lengthHeader = []byte("Content-Length: ")

func (c *client) read() error {
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	good := bytes.HasPrefix(status, []byte("HTTP/1.1 2"))
	said := ""
	if !good {
		said = string(bytes.TrimSpace(status))
	}
	length, chunked := 0, false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
		chunked = chunked || bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked"))
	}
	if chunked {
		c.answer, err = io.ReadAll(httputil.NewChunkedReader(c.in))
		if err == nil {
			_, err = c.in.Discard(len("\r\n")) // behind the last chunk
		}
	} else {
		c.answer = slices.Grow(c.answer[:0], length)[:length]
		_, err = io.ReadFull(c.in, c.answer)
	}
	if err != nil {
		return err
	}
	if !good {
		return fmt.Errorf("answered %s: %.300s", said, c.answer)
	}
	return nil
}
