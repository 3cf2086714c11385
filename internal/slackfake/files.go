package slackfake

import (
	"cmp"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// file is an uploaded file.
type file struct {
	id, name, title, alt string
	owner                string
	size                 int
	data                 []byte
	uploaded, complete   bool
	asked                int // how often files.info was asked since it was complete
	created              int64
	shares               map[string]string // channel: ts
}

// pictureTypes are the files that an image block can show.
var pictureTypes = []string{"image/png", "image/jpeg", "image/gif"}

// ready says whether the file can be shown. Slack needs a moment after the upload; here it is ready once files.info was
// asked: the first answer still says that it is not.
func (f *file) ready() bool { return f.complete && f.asked > 1 }

func (f *file) mimetype() string {
	kind := mime.TypeByExtension(path.Ext(f.name))
	kind, _, _ = strings.Cut(cmp.Or(kind, http.DetectContentType(f.data)), ";")
	return kind
}

func (s *Slack) fileURL(f *file) string { return s.url + "/files/" + f.id + "/" + path.Base(f.name) }

func (s *Slack) ref(f *file) FileRef {
	return FileRef{ID: f.id, Name: f.name, Title: f.title, Mimetype: f.mimetype(), URL: s.fileURL(f), Alt: f.alt}
}

func (s *Slack) fileWire(f *file) Object {
	if f == nil {
		return Object{}
	}
	out := Object{
		"id": f.id, "created": f.created, "timestamp": f.created, "name": f.name, "title": f.title, "user": f.owner, "size": f.size,
		"mimetype": "", "filetype": "", "pretty_type": "", "mode": "hosted", "editable": false, "is_external": false, "external_type": "",
		"is_public": len(f.shares) > 0, "public_url_shared": false, "file_access": "visible", "alt_txt": f.alt,
		"url_private": s.fileURL(f), "url_private_download": s.fileURL(f), "permalink": s.fileURL(f),
	}
	if f.ready() {
		kind := strings.TrimPrefix(path.Ext(f.name), ".")
		out["mimetype"], out["filetype"], out["pretty_type"] = f.mimetype(), kind, strings.ToUpper(kind)
	}
	channels, shares := []string{}, Object{}
	for channel, ts := range f.shares {
		channels = append(channels, channel)
		shares[channel] = []Object{{"ts": ts}}
	}
	slices.Sort(channels)
	out["channels"], out["groups"], out["ims"] = channels, []string{}, []string{}
	out["shares"] = Object{"public": shares}
	return out
}

func (s *Slack) filesGetUploadURL(c *call) (Object, error) {
	size := c.number("length", 0)
	switch {
	case c.str("filename") == "" || size <= 0:
		return nil, &apiError{code: "invalid_arguments", messages: []string{"missing required field: filename, length"}}
	}
	f := &file{id: s.id("F"), name: c.str("filename"), owner: botUser, alt: c.str("alt_txt"), size: size, created: s.now().Unix(), shares: map[string]string{}}
	f.title = f.name
	s.files[f.id] = f
	// The upload must go where the API is, or slack-go refuses to send its token there.
	return Object{"upload_url": c.base + "/upload/" + f.id, "file_id": f.id}, nil
}

// serveUpload takes a file's bytes: as a multipart file, or bare.
func (s *Slack) serveUpload(w http.ResponseWriter, r *http.Request) {
	fault := s.takeFault("upload")
	if fault.before(w, r) {
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		complain(w, http.StatusRequestEntityTooLarge, "the file is too large")
		return
	}
	if kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		_, parts, err := parseMultipart(data, params["boundary"])
		if err != nil || len(parts) == 0 {
			complain(w, http.StatusBadRequest, "no file in the form")
			return
		}
		data = parts[0].data
	}
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	if f != nil && !f.complete {
		f.data, f.size, f.uploaded = data, len(data), true
	}
	s.wake()
	s.mu.Unlock()
	switch {
	case fault.after():
		cut(w)
	case f == nil:
		complain(w, http.StatusNotFound, "no such upload")
	default:
		w.Write([]byte("OK - " + f.name))
	}
}

func (s *Slack) filesCompleteUpload(c *call) (Object, error) {
	raw, err := c.json("files")
	wanted := objects(raw)
	if err != nil || len(wanted) == 0 {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"files must be an array of objects"}}
	}
	var channels []*Channel
	for _, id := range append(c.list("channels"), c.list("channel_id")...) {
		channel, err := s.place(id)
		if err != nil {
			return nil, err
		}
		channels = append(channels, channel)
	}
	var ready []*file
	for _, w := range wanted {
		f := s.files[str(w["id"])]
		switch {
		case f == nil || !f.uploaded:
			return nil, fail("file_not_found")
		case f.complete:
			return nil, fail("file_update_failed")
		}
		f.title = cmp.Or(str(w["title"]), f.title)
		ready = append(ready, f)
	}
	blocks := content{text: c.str("initial_comment")}
	if c.has("blocks") {
		if blocks, err = s.content(c); err != nil {
			s.record(Sent{Method: c.method, Payload: blocks.raw}, err)
			return nil, err
		}
	}
	for _, f := range ready {
		f.complete = true
	}
	for _, channel := range channels {
		m := &Message{
			TS: s.newTS(), Channel: channel.ID, User: botUser, Bot: true, Text: blocks.text, Blocks: s.withIDs(blocks.blocks), ThreadTS: c.str("thread_ts"),
		}
		if m.ThreadTS != "" {
			if err := s.openThread(channel.ID, m.ThreadTS); err != nil {
				return nil, err
			}
		}
		for _, f := range ready {
			m.Files = append(m.Files, s.ref(f))
			f.shares[channel.ID] = m.TS
		}
		s.add(m)
		s.record(Sent{Method: c.method, Channel: channel.ID, TS: m.TS, Text: m.Text}, nil)
	}
	out := []Object{}
	for _, f := range ready {
		out = append(out, s.fileWire(f))
	}
	return Object{"files": out}, nil
}
