//go:build desktop || bindings || dev

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// The smallest window in which the page still shows its parts, and the first
// one, which fits a small laptop.
const (
	minWindowWidth, minWindowHeight     = 800, 500
	firstWindowWidth, firstWindowHeight = 1280, 800
)

// windowState is how the window stood when it was last closed: window.json in
// the data directory. Width and Height are those of the window when it is not
// maximised.
type windowState struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

// readWindowState answers with the first window's size where nothing usable is
// kept: a damaged file must not keep the window from opening.
func readWindowState(file string) windowState {
	state := windowState{Width: firstWindowWidth, Height: firstWindowHeight}
	text, err := os.ReadFile(file)
	if err != nil {
		return state
	}
	var kept windowState
	if json.Unmarshal(text, &kept) != nil || kept.Width < minWindowWidth || kept.Height < minWindowHeight {
		return state
	}
	return kept
}

func (s windowState) write(file string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write window state: %w", err)
	}
	part := file + ".part"
	if err := os.WriteFile(part, append(text, '\n'), 0o600); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, file)
}
