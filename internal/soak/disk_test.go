package soak

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A disk is a small file system for the database, which can be filled.
type disk struct {
	folder  string
	mounted bool // else it is the test's own folder, which is too large to fill
}

const diskSize = "size=256m"

func newDisk(t *testing.T) *disk {
	t.Helper()
	d := &disk{folder: t.TempDir()}
	if err := syscall.Mount("relevo", d.folder, "tmpfs", 0, diskSize); err != nil {
		t.Logf("the disk is not filled: only root may mount a small one (%v)", err)
		return d
	}
	d.mounted = true
	t.Cleanup(func() {
		if err := syscall.Unmount(d.folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *disk) ballast() string { return filepath.Join(d.folder, "ballast") }

// fill leaves no room; it tells whether that worked.
func (d *disk) fill() bool {
	if !d.mounted {
		return false
	}
	f, err := os.Create(d.ballast())
	if err != nil {
		return false
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; { // the last bytes too
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			return false
		}
	}
	return true
}

func (d *disk) clear() { os.Remove(d.ballast()) }
