package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// serverFile is DATA_DIR/server.json: where the process that holds the store
// serves it. It says nothing while no process holds the store's lock: a killed
// process leaves it behind.
type serverFile struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	PID   int    `json:"pid"`
}

func serverFilePath(dataDir string) string { return filepath.Join(dataDir, "server.json") }

// readServerFile returns nil when there is none, or only a part of one.
func readServerFile(dataDir string) (*serverFile, error) {
	b, err := os.ReadFile(serverFilePath(dataDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read where the store is served: %w", err)
	}
	var f serverFile
	if json.Unmarshal(b, &f) != nil || f.URL == "" || f.Token == "" {
		return nil, nil
	}
	return &f, nil
}

// write makes the file appear whole, readable by this user alone.
func (f serverFile) write(dataDir string) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(dataDir, "server-*.json")
	if err != nil {
		return fmt.Errorf("write server.json: %w", err)
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing to remove
	if err := temp.Chmod(0o600); err != nil {
		return errors.Join(fmt.Errorf("write server.json: %w", err), temp.Close())
	}
	if _, err := temp.Write(append(b, '\n')); err != nil {
		return errors.Join(fmt.Errorf("write server.json: %w", err), temp.Close())
	}
	if err := temp.Close(); err != nil {
		return fmt.Errorf("write server.json: %w", err)
	}
	if err := os.Rename(temp.Name(), serverFilePath(dataDir)); err != nil {
		return fmt.Errorf("write server.json: %w", err)
	}
	return nil
}

// remove takes the file away if it is still this one.
func (f serverFile) remove(dataDir string) error {
	now, err := readServerFile(dataDir)
	if err != nil || now == nil || *now != f {
		return err
	}
	return os.Remove(serverFilePath(dataDir))
}
