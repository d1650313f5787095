package app

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var openVerb = verb{
	name: "open", usage: "[LINK]",
	short: "Print the page's address, with a token, and open it in the browser.",
	long: `
  projectlogs open
  projectlogs open '/?tab=logs&q=status>=400&last=24h'

The store must be served: by the window or by projectlogs serve.`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.BoolVar(&o.printOnly, "print", false, "print the address and open nothing")
	},
	run: runOpen,
}

func runOpen(ctx context.Context, c *call) error {
	if len(c.args) > 1 {
		return c.wantArgs(1)
	}
	link := "/"
	if len(c.args) == 1 {
		var err error
		if link, err = pageLink(c.args[0]); err != nil {
			return err
		}
	}
	f, err := readServerFile(c.dataDir)
	if err != nil {
		return err
	}
	if f == nil || !f.answers(ctx) {
		return audit.Errorf(audit.NotFound, "Nothing serves %s at the moment. Start projectlogs serve, or the window, and try again.", c.dataDir)
	}
	address := f.page(link)
	if _, err := fmt.Fprintln(c.stdout, address); err != nil {
		return err
	}
	if !c.printOnly && isTerminal(c.stdout) {
		openInBrowser(address)
	}
	return nil
}

// pageLink takes the part of a link that is the page's own: a copied link may
// name another port.
func pageLink(link string) (string, error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", usagef("%s is no link: %v.", link, err)
	}
	path := u.EscapedPath()
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path, nil
}

// openInBrowser asks the desktop to show the page. Where there is none the
// printed address is all there is, so a failure is not worth a word.
func openInBrowser(address string) {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	cmd := exec.Command(name, args...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // collects the process; its end says nothing
	}
}
