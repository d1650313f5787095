//go:build desktop || bindings || dev

package app

// The native window, the only file that knows Wails.
//
// Goals: the window shows the very page that `serve` shows, from the same
// origin, over the same HTTP; what only a desktop program can do (dialogs,
// dropped files, show in folder) is asked for over that HTTP too.
//
// Design: Wails serves one small page (bootstrap.html) that looks whether our
// server answers and then moves on to it. From there Wails carries no data:
// its asset server crashes on uploaded files under WebKitGTK and cannot stream
// under WebView2, and bindings do not exist in a browser. What Wails leaves
// open on Linux (a page process that dies, a dropped file that replaces the
// page) is closed in window_linux.go.
//
// Left out on purpose: Wails' single-instance lock (it comes too late and needs
// D-Bus; the data directory's lock does it), bindings, events, position on the
// screen (not to be had under Wayland).

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	wailsoptions "github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

var errNoDisplay = errors.New("no display: run `projectlogs serve`")

// readyAtLast is when OnReady is called even if no page was ever loaded.
const readyAtLast = 10 * time.Second

// runWindow opens the window and returns when it is closed, or when ctx is
// done. It must be called on the main goroutine, once in a process, and only
// after the server at c.URL answers.
func runWindow(ctx context.Context, c windowConfig) (err error) {
	if goruntime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errNoDisplay
	}
	if ctx.Err() != nil {
		return nil
	}
	gpu, err := gpuPolicy(os.Getenv("PROJECTLOGS_WEBVIEW_GPU"))
	if err != nil {
		return err
	}
	if err := prepareWebviewEnvironment(); err != nil {
		return err
	}
	nameWindow()
	// A display that is named but cannot be opened is a panic in Wails.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w (%v)", errNoDisplay, fault)
		}
	}()

	w := &window{config: c, stateFile: filepath.Join(c.DataDir, "window.json"), started: make(chan struct{})}
	w.state = readWindowState(w.stateFile)
	start := wailsoptions.Normal
	if w.state.Maximised {
		start = wailsoptions.Maximised
	}
	return wails.Run(&wailsoptions.App{
		Title:            "Project Logs",
		Width:            w.state.Width,
		Height:           w.state.Height,
		MinWidth:         minWindowWidth,
		MinHeight:        minWindowHeight,
		WindowStartState: start,
		BackgroundColour: wailsoptions.NewRGB(0xff, 0xff, 0xff),
		AssetServer:      &assetserver.Options{Handler: bootstrapHandler(c.URL, c.Token)},
		Menu:             w.menu(),
		DragAndDrop:      &wailsoptions.DragAndDrop{EnableFileDrop: true},
		// Copy and paste by the mouse: the page has no menu of its own for text.
		EnableDefaultContextMenu: true,
		OnStartup:                func(wailsCtx context.Context) { w.startup(ctx, wailsCtx) },
		OnDomReady:               func(context.Context) { w.loaded() },
		OnBeforeClose:            func(context.Context) (prevent bool) { return w.closing() },
		OnShutdown:               func(context.Context) { w.gone() },
		Linux:                    &linux.Options{WebviewGpuPolicy: gpu},
	})
}

// window is the one window of this process.
type window struct {
	config    windowConfig
	stateFile string
	state     windowState

	ctx     context.Context // Wails' own; its runtime functions want it
	started chan struct{}   // closed when ctx is set
	ready   sync.Once
	ending  sync.Once
	quits   bool       // the window ends GTK's loop by itself; set by ending
	dialog  sync.Mutex // Wails hands the answers of all file dialogs through one channel
}

var _ desktop = (*window)(nil)

func (w *window) startup(ctx, wailsCtx context.Context) {
	w.ctx = wailsCtx
	close(w.started)
	guardWebview(w.config.URL)
	runtime.OnFileDrop(wailsCtx, func(_, _ int, paths []string) { w.dropped(paths) })
	if w.config.Desktop != nil {
		w.config.Desktop(w)
	}
	time.AfterFunc(readyAtLast, w.nowReady)
	context.AfterFunc(ctx, func() { runtime.Quit(wailsCtx) })
}

// loaded is called for each page that has been loaded: the bootstrap page,
// then ours.
func (w *window) loaded() {
	// JavaScript has run, so WebKit's signal handlers are in place, and this
	// gives a Go panic its stack back.
	runtime.ResetSignalHandlers()
	w.nowReady()
}

func (w *window) nowReady() {
	w.ready.Do(func() {
		if w.config.OnReady != nil {
			w.config.OnReady()
		}
	})
}

func (w *window) dropped(paths []string) {
	var real []string
	for _, path := range paths {
		if filepath.IsAbs(path) {
			real = append(real, path)
		}
	}
	if len(real) > 0 && w.config.OnFilesDropped != nil {
		w.config.OnFilesDropped(real)
	}
}

// closing comes before the window goes, by its button, the menu or a signal, and
// may come more than once. It says whether Wails must leave the rest to us.
func (w *window) closing() (prevent bool) {
	w.ending.Do(func() {
		<-w.started // a signal may come before
		closeDialogs()
		// To ask for the size also waits for GTK's loop to run, and only a loop
		// that runs can be ended. The size of a maximised window is the screen's.
		width, height := runtime.WindowGetSize(w.ctx)
		w.state.Maximised = runtime.WindowIsMaximised(w.ctx)
		if !w.state.Maximised {
			w.state.Width, w.state.Height = width, height
		}
		// A size that cannot be kept is no reason to trouble anybody.
		_ = w.state.write(w.stateFile)
		w.quits = quitWindow()
	})
	return w.quits
}

func (w *window) gone() {
	if w.config.Desktop != nil {
		w.config.Desktop(nil)
	}
}

// OpenFiles lets the person choose files to import.
func (w *window) OpenFiles(title string) ([]string, error) {
	w.dialog.Lock()
	defer w.dialog.Unlock()
	paths, err := runtime.OpenMultipleFilesDialog(w.ctx, runtime.OpenDialogOptions{Title: title, DefaultDirectory: folderForDialogs()})
	if err != nil {
		return nil, fmt.Errorf("ask for files: %w", err)
	}
	// Wails cuts off here without a word.
	if goruntime.GOOS == "linux" && len(paths) >= 1024 {
		return nil, errors.New("more files were chosen than a dialog can hand over (1,023): drop their folder on the window instead")
	}
	return paths, nil
}

// SaveFile lets the person choose where a copy goes.
func (w *window) SaveFile(defaultName string) (string, error) {
	w.dialog.Lock()
	defer w.dialog.Unlock()
	path, err := runtime.SaveFileDialog(w.ctx, runtime.SaveDialogOptions{
		Title:                "Save as",
		DefaultFilename:      defaultName,
		DefaultDirectory:     folderForDialogs(),
		CanCreateDirectories: true,
	})
	if err != nil {
		return "", fmt.Errorf("ask where to save: %w", err)
	}
	return path, nil
}

// ShowInFolder opens the folder of path in the machine's file browser.
func (w *window) ShowInFolder(path string) error { return showInFolder(path) }

// Focus brings the window to the front.
func (w *window) Focus() {
	runtime.WindowShow(w.ctx)
	runtime.WindowUnminimise(w.ctx) // on Linux this presents it, minimised or not
}

func (w *window) menu() *menu.Menu {
	bar := menu.NewMenu()
	if goruntime.GOOS == "darwin" {
		// Without these two, copy, paste and quit have no keys on a Mac.
		bar.Append(menu.AppMenu())
		bar.Append(menu.EditMenu())
	}
	file := bar.AddSubmenu("File")
	file.AddText("Import…", keys.CmdOrCtrl("o"), func(*menu.CallbackData) { go w.chooseImport() })
	file.AddText("Show data folder", nil, func(*menu.CallbackData) { go w.showDataFolder() })
	file.AddSeparator()
	file.AddText("Quit", keys.CmdOrCtrl("q"), func(*menu.CallbackData) { runtime.Quit(w.ctx) })
	help := bar.AddSubmenu("Help")
	help.AddText("About Project Logs", nil, func(*menu.CallbackData) { go w.about() })
	return bar
}

func (w *window) chooseImport() {
	paths, err := w.OpenFiles("Import logs")
	if err != nil {
		w.tell(runtime.ErrorDialog, "Nothing was imported", err.Error())
		return
	}
	w.dropped(paths)
}

func (w *window) showDataFolder() {
	if err := w.ShowInFolder(w.stateFile); err != nil {
		w.tell(runtime.InfoDialog, "Data folder", err.Error())
	}
}

func (w *window) about() {
	w.tell(runtime.InfoDialog, "About Project Logs", fmt.Sprintf(
		"Project Logs %s\n\nThe same page in a browser: projectlogs open\nData: %s", version, w.config.DataDir))
}

func (w *window) tell(kind runtime.DialogType, title, message string) {
	// The only error is a window that is gone, and then there is nobody to tell.
	_, _ = runtime.MessageDialog(w.ctx, runtime.MessageDialogOptions{Type: kind, Title: title, Message: message})
}

// folderForDialogs is where a file dialog begins: the platform's dialogs want a
// folder that exists, or crash.
func folderForDialogs() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	for _, folder := range []string{filepath.Join(home, "Downloads"), home} {
		if found, err := os.Stat(folder); err == nil && found.IsDir() {
			return folder
		}
	}
	return ""
}

// gpuPolicy reads PROJECTLOGS_WEBVIEW_GPU. Drawing without the graphics card is
// the default: it works everywhere, and a list of text gains little by one.
func gpuPolicy(setting string) (linux.WebviewGpuPolicy, error) {
	// Wails 2.16 hands the first two to WebKit the wrong way round.
	switch setting {
	case "", "never":
		return linux.WebviewGpuPolicyNever, nil
	case "always":
		return linux.WebviewGpuPolicyOnDemand, nil
	case "on-demand":
		return linux.WebviewGpuPolicyAlways, nil
	}
	return 0, fmt.Errorf("PROJECTLOGS_WEBVIEW_GPU is %q; it may be never, on-demand or always", setting)
}

// prepareWebviewEnvironment sets what WebKit reads from the environment. It must
// run before GTK does.
func prepareWebviewEnvironment() error {
	var errs []error
	// WebKit sends requests for this machine to a proxy, token and all, unless
	// it is told not to.
	for _, name := range []string{"no_proxy", "NO_PROXY"} {
		hosts := append(strings.FieldsFunc(os.Getenv(name), func(r rune) bool { return r == ',' }), "127.0.0.1", "localhost", "::1")
		errs = append(errs, os.Setenv(name, strings.Join(hosts, ",")))
	}
	// With some drivers the window stays blank with this renderer.
	if _, set := os.LookupEnv("WEBKIT_DISABLE_DMABUF_RENDERER"); !set {
		errs = append(errs, os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1"))
	}
	return errors.Join(errs...)
}
