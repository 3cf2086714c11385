//go:build linux || darwin

package cli

import (
	"path/filepath"
	"syscall"
)

// freeSpace returns how many bytes are free where the file is; false when that can't be told.
func freeSpace(file string) (uint64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(file), &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
