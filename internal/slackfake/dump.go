package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// dump writes a payload as it was sent, ready for Block Kit Builder: {"blocks": […]} for a message, the view
// itself for a modal or a Home. A message of text alone leaves no file.
func (s *Slack) dump(kind string, payload any) {
	if s.opts.Dump == "" {
		return
	}
	if raw, ok := payload.(json.RawMessage); ok {
		if len(raw) == 0 || string(raw) == "[]" {
			return
		}
		payload = Object{"blocks": raw}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(payload)
	if err == nil {
		if err = os.MkdirAll(s.opts.Dump, 0o755); err == nil {
			s.dumped++
			err = os.WriteFile(filepath.Join(s.opts.Dump, fmt.Sprintf("%04d-%s.json", s.dumped, kind)), out.Bytes(), 0o644)
		}
	}
	if err != nil {
		s.opts.Logger.Error("dump", "error", err)
	}
}
