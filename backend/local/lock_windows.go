package local

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock of an open file; taken says that another process has it.
func lockFile(f *os.File) (taken bool, err error) {
	const everything = ^uint32(0)
	// The lock begins behind what the file says, which others may read.
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, everything, 0, &windows.Overlapped{Offset: 1 << 20})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return true, nil
	}
	return false, err
}

// ownFiles does nothing: a user's folders are the user's own.
func ownFiles() {}

// diskUse is what a file takes on the disk.
func diskUse(info os.FileInfo) int64 { return info.Size() }

// freeSpace is how much a user may still write to the disk of a folder.
func freeSpace(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(path, &free, nil, nil)
	return int64(free), err
}
