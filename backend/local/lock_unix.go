//go:build unix

package local

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock of an open file; taken says that another process has it.
func lockFile(f *os.File) (taken bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// ownFiles makes every file of this process readable by its user alone, those
// of Badger included.
func ownFiles() { syscall.Umask(0o077) }

// diskUse is what a file takes on the disk: Badger's files have holes.
func diskUse(info os.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * 512
	}
	return info.Size()
}
