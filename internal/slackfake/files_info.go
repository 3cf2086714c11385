package slackfake

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

func (s *Slack) filesInfo(c *call) (Object, error) {
	f := s.files[c.str("file")]
	if f == nil || !f.uploaded {
		return nil, fail("file_not_found")
	}
	if f.complete {
		f.asked++
	}
	return Object{"file": s.fileWire(f), "comments": []Object{}, "paging": Object{"count": 0, "total": 0, "page": 1, "pages": 0}}, nil
}

// filesDelete deletes a file of the app's own. The messages that it hung on stay.
func (s *Slack) filesDelete(c *call) (Object, error) {
	f := s.files[c.str("file")]
	switch {
	case f == nil || !f.uploaded:
		return nil, fail("file_not_found")
	case f.owner != botUser:
		return nil, fail("cant_delete_file")
	}
	delete(s.files, f.id)
	for channel, ts := range f.shares {
		if m := s.message(channel, ts); m != nil {
			m.Files = slices.DeleteFunc(m.Files, func(r FileRef) bool { return r.ID == f.id })
		}
	}
	s.wake()
	return Object{}, nil
}

// serveFile gives out a file's bytes. Whatever was uploaded, a browser must not run it.
func (s *Slack) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	may := s.mayRead(r)
	s.mu.Unlock()
	switch {
	case !may:
		http.Redirect(w, r, "/?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
		return
	case f == nil || !f.complete:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.mimetype())
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	w.Write(f.data)
}

// pageFile keeps a file that a person chose in a modal's file input.
func (s *Slack) pageFile(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		complain(w, http.StatusRequestEntityTooLarge, "the file is too large")
		return
	}
	s.mu.Lock()
	ref := s.ref(s.keepFile(r.URL.Query().Get("as"), cmp.Or(r.URL.Query().Get("name"), "file"), data))
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, Object{"file": ref})
}

// unreadyFiles looks for pictures of uploaded files that Slack cannot show: not yet, or because they are none.
func (s *Slack) unreadyFiles(at string, v any) []string {
	var wrong []string
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			wrong = append(wrong, s.unreadyFiles(at+"/"+strconv.Itoa(i), item)...)
		}
	case Object:
		for _, key := range slices.Sorted(mapKeys(v)) {
			if id := str(object(v[key])["id"]); key == "slack_file" && id != "" {
				if f := s.files[id]; f == nil || !f.ready() || !slices.Contains(pictureTypes, f.mimetype()) {
					wrong = append(wrong, "invalid slack file [json-pointer:"+at+"/slack_file]")
				}
				continue
			}
			wrong = append(wrong, s.unreadyFiles(at+"/"+key, v[key])...)
		}
	}
	return wrong
}
