package text

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrDamaged says that a file is not a whole segment of this version: missing, cut, changed, or written under
// other rules. It is derived from the logs: build it again. Every other error (no permission, too many open
// files, a failing disk) says nothing about the file, and building would not help.
var ErrDamaged = errors.New("the text index file is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// Verify reads the whole file and compares its checksum. It returns nil, an error that is [ErrDamaged], or
// what kept it from reading.
func Verify(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("verify the text index: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("verify the text index: %w", err)
	}
	size := info.Size()
	if size < int64(len(header)+footerSize) {
		return damaged("%s has %d bytes", path, size)
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyBuffer(sum, io.LimitReader(f, size-crc32.Size), make([]byte, 1<<17)); err != nil {
		return fmt.Errorf("verify the text index: %w", err)
	}
	var stored [crc32.Size]byte
	switch _, err := io.ReadFull(f, stored[:]); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return damaged("%s became shorter while it was read", path)
	case err != nil:
		return fmt.Errorf("verify the text index: %w", err)
	}
	if [crc32.Size]byte(sum.Sum(nil)) != stored {
		return damaged("%s has another checksum than its own", path)
	}
	return nil
}

// replaceFile puts what write writes at path, such that after a crash there is either what was there before or
// all of it. When it fails, what was there is still there and nothing else.
func replaceFile(path string, write func(io.Writer) error) error {
	temp := path + ".tmp"
	err := writeSynced(temp, write)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	return syncDir(filepath.Dir(path))
}

func writeSynced(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes a rename last. Windows has no such call and needs none: NTFS journals its directories.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
