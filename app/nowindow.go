//go:build !(desktop || bindings || dev)

package app

import (
	"context"
	"errors"
)

// runWindow of a build without a window: pure Go, no GTK, no cgo.
func runWindow(context.Context, windowConfig) error {
	return errors.New("this build has no window; use serve")
}
