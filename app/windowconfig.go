package app

// windowConfig is what the native window is given. It names nothing of the
// toolkit: window.go alone knows Wails.
type windowConfig struct {
	URL   string // where the page is served: http://127.0.0.1:PORT
	Token string // opens the page; it goes into the fragment of the address, never into a request line

	// DataDir is opened by the menu's Data Folder, and holds window.json, the
	// window's size of last time.
	DataDir string

	// Desktop is told of the window once it stands, before the page can ask for
	// anything, and again with nil once the window is gone.
	Desktop func(desktop)

	// OnReady is called once, when the page has been loaded. Work that must
	// survive a fault of its own begins here: before this WebKit's own signal
	// handler may still be in place.
	OnReady func()

	// OnFilesDropped gets the absolute paths of files and folders that were
	// dropped on the window, or chosen through the menu's Import. It is called
	// outside the window's thread.
	OnFilesDropped func(paths []string)
}

// desktop is what the page can ask of the machine, through /api/desktop/…,
// because a page cannot do it by itself. All methods may be called at any time
// from any goroutine. An empty answer without an error means that the person
// closed the dialog.
type desktop interface {
	// OpenFiles lets the person choose files to import.
	OpenFiles(title string) (paths []string, err error)
	// SaveFile lets the person choose where a copy goes.
	SaveFile(defaultName string) (path string, err error)
	// ShowInFolder opens the folder of path in the machine's file browser.
	ShowInFolder(path string) error
	// Focus brings the window to the front.
	Focus()
}
