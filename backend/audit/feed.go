package audit

import "sync"

// Feed tells whoever listens that something changed, so that a window can
// follow. It carries no contents: a listener asks again. The zero Feed is
// ready. All methods may be called from any goroutine.
type Feed struct {
	mu        sync.Mutex
	listeners map[chan Change]struct{}
}

// Change is one piece of news.
type Change struct {
	Kind    ChangeKind `json:"kind"`
	Project string     `json:"project,omitempty"`
	ID      string     `json:"id,omitempty"` // of the task, export, …; "" for logs
}

// ChangeKind says what changed.
type ChangeKind string

// The kinds of changes.
const (
	LogsAdded      ChangeKind = "logs_added"
	LogsRemoved    ChangeKind = "logs_removed"
	TaskChanged    ChangeKind = "task"
	ExportChanged  ChangeKind = "export"
	ProjectChanged ChangeKind = "project"
	ViewChanged    ChangeKind = "view"
	KeyChanged     ChangeKind = "key"
	// Missed says that the listener was too slow and has to look at everything
	// again.
	Missed ChangeKind = "missed"
)

// feedBuffer is how many changes a listener may lag behind before the rest is
// folded into one Missed.
const feedBuffer = 256

// Publish never blocks: a listener that does not keep up gets Missed.
func (f *Feed) Publish(c Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ch := range f.listeners {
		if len(ch) < feedBuffer {
			ch <- c
			continue
		}
		// One place is kept for this; when it is taken, Missed is there already.
		select {
		case ch <- Change{Kind: Missed}:
		default:
		}
	}
}

// Listen returns the changes from now on, until stop is called; then the
// channel is closed. stop may be called more than once.
func (f *Feed) Listen() (changes <-chan Change, stop func()) {
	ch := make(chan Change, feedBuffer+1)
	f.mu.Lock()
	if f.listeners == nil {
		f.listeners = make(map[chan Change]struct{})
	}
	f.listeners[ch] = struct{}{}
	f.mu.Unlock()
	return ch, sync.OnceFunc(func() {
		f.mu.Lock()
		delete(f.listeners, ch)
		f.mu.Unlock()
		close(ch)
	})
}
