//go:build windowtest

package windowtest

import (
	"fmt"
	"io"
	"net/url"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Drop drags files from another program over the middle of the window and lets
// them go there: the X drag-and-drop protocol, version 5, as the source speaks
// it. The window must accept them.
func (p *Program) Drop(t testing.TB, paths ...string) {
	t.Helper()
	source, err := newDragSource(p.display, paths)
	if err != nil {
		t.Fatalf("drag: %v", err)
	}
	defer source.x.Close()
	if err := source.drop(); err != nil {
		t.Fatalf("drag: %v; the program printed:\n%s", err, p.Output())
	}
}

// dragSource is the program that the files are dragged from.
type dragSource struct {
	x      *xgb.Conn
	atoms  map[string]xproto.Atom
	window xproto.Window // ours, never shown
	target xproto.Window // the window that is dropped on
	middle uint32        // of the target, on the screen: x<<16 | y
	uris   []byte        // the files, as text/uri-list
}

func newDragSource(display *Display, paths []string) (*dragSource, error) {
	xgb.Logger.SetOutput(io.Discard) // it misses a cookie that this display does not want
	x, err := xgb.NewConnDisplay(display.Name)
	if err != nil {
		return nil, err
	}
	s := &dragSource{x: x, atoms: map[string]xproto.Atom{}}
	for _, name := range []string{"XdndAware", "XdndEnter", "XdndPosition", "XdndStatus", "XdndDrop", "XdndFinished", "XdndSelection", "XdndActionCopy", "text/uri-list"} {
		atom, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply()
		if err != nil {
			return nil, err
		}
		s.atoms[name] = atom.Atom
	}
	for _, path := range paths {
		s.uris = append(s.uris, (&url.URL{Scheme: "file", Path: path}).String()+"\r\n"...)
	}
	screen := xproto.Setup(x).DefaultScreen(x)
	if s.window, err = xproto.NewWindowId(x); err != nil {
		return nil, err
	}
	err = xproto.CreateWindowChecked(x, screen.RootDepth, s.window, screen.Root, 0, 0, 1, 1, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, 0, nil).Check()
	if err != nil {
		return nil, err
	}
	xproto.SetSelectionOwner(x, s.window, s.atoms["XdndSelection"], xproto.TimeCurrentTime)
	return s, s.findTarget(screen.Root)
}

// findTarget looks for the biggest window that takes drops.
func (s *dragSource) findTarget(root xproto.Window) error {
	tree, err := xproto.QueryTree(s.x, root).Reply()
	if err != nil {
		return err
	}
	biggest := 0
	for _, child := range tree.Children {
		aware, err := xproto.GetProperty(s.x, false, child, s.atoms["XdndAware"], xproto.GetPropertyTypeAny, 0, 1).Reply()
		if err != nil || aware.ValueLen == 0 {
			continue
		}
		at, err := xproto.GetGeometry(s.x, xproto.Drawable(child)).Reply()
		if err != nil {
			continue
		}
		if area := int(at.Width) * int(at.Height); area > biggest {
			biggest = area
			s.target = child
			s.middle = uint32(int(at.X)+int(at.Width)/2)<<16 | uint32(int(at.Y)+int(at.Height)/2)
		}
	}
	if biggest == 0 {
		return fmt.Errorf("no window takes dropped files")
	}
	return nil
}

// tell sends a message of the protocol; all of them begin with our window.
func (s *dragSource) tell(message string, rest ...uint32) {
	words := append([]uint32{uint32(s.window)}, rest...)
	words = append(words, make([]uint32, 5-len(words))...)
	event := xproto.ClientMessageEvent{Format: 32, Window: s.target, Type: s.atoms[message], Data: xproto.ClientMessageDataUnionData32New(words)}
	xproto.SendEvent(s.x, false, s.target, 0, string(event.Bytes()))
}

func (s *dragSource) drop() error {
	s.tell("XdndEnter", 5<<24, uint32(s.atoms["text/uri-list"]))
	s.move()
	var refused, dropped bool
	again := time.NewTicker(50 * time.Millisecond) // a hand is never still
	defer again.Stop()
	deadline := time.After(patience)
	events := s.events()
	for {
		select {
		case <-deadline:
			return fmt.Errorf("the window did not take the files (refused them: %v, were let go: %v)", refused, dropped)
		case <-again.C:
			if !dropped {
				s.move()
			}
		case event, open := <-events:
			if !open {
				return fmt.Errorf("the display is gone")
			}
			switch event := event.(type) {
			case xproto.SelectionRequestEvent:
				s.hand(event)
			case xproto.ClientMessageEvent:
				words := event.Data.Data32
				switch event.Type {
				case s.atoms["XdndStatus"]:
					refused = words[1]&1 == 0
					if !refused && !dropped {
						s.tell("XdndDrop", 0, xproto.TimeCurrentTime)
						dropped = true
					}
				case s.atoms["XdndFinished"]:
					return nil
				}
			}
		}
	}
}

func (s *dragSource) move() {
	s.tell("XdndPosition", 0, s.middle, xproto.TimeCurrentTime, uint32(s.atoms["XdndActionCopy"]))
}

// hand gives the files' names to the window that asks for them.
func (s *dragSource) hand(request xproto.SelectionRequestEvent) {
	property := request.Property
	if request.Target == s.atoms["text/uri-list"] {
		xproto.ChangeProperty(s.x, xproto.PropModeReplace, request.Requestor, property, request.Target, 8, uint32(len(s.uris)), s.uris)
	} else {
		property = xproto.AtomNone
	}
	notice := xproto.SelectionNotifyEvent{Time: request.Time, Requestor: request.Requestor, Selection: request.Selection, Target: request.Target, Property: property}
	xproto.SendEvent(s.x, false, request.Requestor, 0, string(notice.Bytes()))
}

// events is what the display sends, until the connection is closed.
func (s *dragSource) events() <-chan xgb.Event {
	events := make(chan xgb.Event)
	go func() {
		defer close(events)
		for {
			event, err := s.x.WaitForEvent()
			if event == nil && err == nil {
				return
			}
			if event != nil {
				select {
				case events <- event:
				case <-time.After(patience):
					return
				}
			}
		}
	}()
	return events
}
