package local

import (
	"io/fs"
	"path/filepath"

	"projectlogs/backend/audit"
)

// Badger dies with SIGBUS when the disk is full while it writes, and again at
// each start. So nothing is written unless there is room for what its memtables
// and a compaction may need at the worst moment.
const (
	memtableBytes = 32 << 20
	memtables     = 3
	defaultFloor  = (memtables+1)*2*memtableBytes + 64<<20
)

// checkSpace is an error when there is too little room to go on writing.
func (s *Store) checkSpace() error {
	free, err := freeSpace(s.dir)
	if err != nil {
		return &audit.Error{Code: audit.Internal, Message: "The free space of the disk cannot be found out.", Cause: err}
	}
	if floor := s.floor.Load(); free < floor {
		return diskFull(s.dir, free, floor)
	}
	return nil
}

func diskFull(dir string, free, floor int64) *audit.Error {
	return audit.Errorf(audit.DiskFull,
		"The disk of %s is almost full: %d MB are free, %d MB are needed. Nothing was written; make room and try again.",
		dir, free>>20, floor>>20)
}

// DiskBytes is what the folder takes on the disk; see audit.Sizer.
func (s *Store) DiskBytes() (n int64, err error) {
	if err := s.users.enter(); err != nil {
		return 0, err
	}
	defer s.users.leave()
	err = filepath.WalkDir(s.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // files come and go while this looks
		}
		if info, err := d.Info(); err == nil {
			n += diskUse(info)
		}
		return nil
	})
	return n, err
}
