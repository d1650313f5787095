//go:build windowtest

package windowtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Page is the page inside a window, seen through WebKit's inspector.
//
// The inspector speaks JSON over a WebSocket in two layers: commands of the
// page (Runtime.evaluate and the like) travel as text inside commands of the
// window (Target.sendMessageToTarget). A navigation to another origin gives the
// window a new target, and the old one is gone.
type Page struct {
	program *Program
	socket  *websocket.Conn
	ended   chan struct{} // closed when nothing is read any more

	mu      sync.Mutex // guards what follows
	lastID  int
	waiting map[int]chan reply // by the id of the page's command
	target  string             // "" while there is none
	broken  error              // why the connection ended
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

var errNoTarget = errors.New("the window has no page at the moment")

var socketPath = regexp.MustCompile(`/socket/\d+/\d+/WebPage`)

// Page connects to the page of a devtools build, waiting until there is one. A
// Page that was connected before is closed: after the page's process died, call
// Page again.
func (p *Program) Page(t testing.TB) *Page {
	t.Helper()
	if p.page != nil {
		p.page.close()
	}
	p.Eventually(t, func() (err error) {
		p.page, err = p.connect()
		return err
	})
	t.Cleanup(p.page.close)
	return p.page
}

// connect fails when the inspector is not up yet, or when the page that it
// lists is one that has gone.
func (p *Program) connect() (*Page, error) {
	// To open the socket before the page is listed fails for good.
	answer, err := http.Get("http://" + p.inspector + "/")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	list, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	path := socketPath.Find(list)
	if path == nil {
		return nil, errors.New("the inspector lists no page")
	}
	page := &Page{program: p, ended: make(chan struct{}), waiting: map[int]chan reply{}}
	page.socket, _, err = websocket.DefaultDialer.Dial("ws://"+p.inspector+string(path), nil)
	if err != nil {
		return nil, err
	}
	found := make(chan struct{}, 1)
	go page.read(found)
	select {
	case <-found:
		return page, nil
	case <-page.ended:
	case <-time.After(2 * time.Second):
	}
	page.close()
	return nil, errors.New("the inspector lists a page that does not answer")
}

func (p *Page) close() {
	p.socket.Close()
	<-p.ended
}

// read takes in everything that the inspector says, until the connection ends.
// It sends on found when there is something to talk to.
func (p *Page) read(found chan<- struct{}) {
	defer close(p.ended)
	for {
		var message struct {
			ID     int
			Error  *struct{ Message string }
			Method string
			Params struct {
				TargetInfo struct {
					TargetID      string `json:"targetId"`
					Type          string
					IsProvisional bool
				}
				TargetID    string `json:"targetId"`
				NewTargetID string `json:"newTargetId"`
				Message     string
			}
		}
		if err := p.socket.ReadJSON(&message); err != nil {
			p.fail("", fmt.Errorf("inspector: %w", err))
			return
		}
		params := message.Params
		switch message.Method {
		case "":
			// The outer answer; only its refusal matters.
			if message.Error != nil {
				p.deliver(message.ID-1, reply{Error: message.Error})
			}
		case "Target.targetCreated":
			if params.TargetInfo.Type == "page" && !params.TargetInfo.IsProvisional {
				p.setTarget(params.TargetInfo.TargetID)
				select {
				case found <- struct{}{}:
				default:
				}
			}
		case "Target.didCommitProvisionalTarget":
			p.fail(params.NewTargetID, errNoTarget)
		case "Target.targetDestroyed":
			p.mu.Lock()
			current := p.target == params.TargetID
			p.mu.Unlock()
			if current {
				p.fail("", errNoTarget)
			}
		case "Target.dispatchMessageFromTarget":
			var inner struct {
				ID int
				reply
			}
			if json.Unmarshal([]byte(params.Message), &inner) == nil {
				p.deliver(inner.ID, inner.reply)
			}
		}
	}
}

func (p *Page) setTarget(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// fail moves on to the next target, "" for none; commands to the last one will
// not be answered any more.
func (p *Page) fail(next string, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = next
	if !errors.Is(why, errNoTarget) {
		p.broken = why
	}
	for id, channel := range p.waiting {
		channel <- reply{Error: &struct{ Message string }{why.Error()}}
		delete(p.waiting, id)
	}
}

// deliver hands an answer to the command that waits for it.
func (p *Page) deliver(id int, answer reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if channel, ok := p.waiting[id]; ok {
		channel <- answer
		delete(p.waiting, id)
	}
}

// send sends one command to the page and waits for its answer.
func (p *Page) send(method string, params any) (json.RawMessage, error) {
	p.mu.Lock()
	if p.broken != nil || p.target == "" {
		defer p.mu.Unlock()
		return nil, errors.Join(errNoTarget, p.broken)
	}
	p.lastID += 2
	id := p.lastID
	channel := make(chan reply, 1)
	p.waiting[id] = channel
	inner, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err == nil {
		err = p.socket.WriteJSON(map[string]any{
			"id": id + 1, "method": "Target.sendMessageToTarget",
			"params": map[string]any{"targetId": p.target, "message": string(inner)},
		})
	}
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case answer := <-channel:
		if answer.Error != nil {
			return nil, fmt.Errorf("%s: %s", method, answer.Error.Message)
		}
		return answer.Result, nil
	case <-time.After(patience):
		return nil, fmt.Errorf("%s: no answer after %v", method, patience)
	}
}

// evaluate runs an expression in the page, awaits it if it is a promise, and
// returns its value as JSON, "null" for undefined.
func (p *Page) evaluate(expression string) (json.RawMessage, error) {
	type remote struct {
		Result struct {
			Value    json.RawMessage
			ObjectID string `json:"objectId"`
			// Description says what was thrown.
			Description string
		}
		WasThrown bool
	}
	var promise, value remote
	answer, err := p.send("Runtime.evaluate", map[string]any{
		"expression": "(async () => JSON.stringify((await (" + expression + ")) ?? null))()",
	})
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(answer, &promise); err != nil {
		return nil, err
	}
	if promise.WasThrown {
		return nil, fmt.Errorf("%s: %s", expression, promise.Result.Description)
	}
	answer, err = p.send("Runtime.awaitPromise", map[string]any{"promiseObjectId": promise.Result.ObjectID, "returnByValue": true})
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(answer, &value); err != nil {
		return nil, err
	}
	var text string
	if value.WasThrown || json.Unmarshal(value.Result.Value, &text) != nil {
		return nil, fmt.Errorf("%s: %s %s", expression, value.Result.Description, value.Result.Value)
	}
	return json.RawMessage(text), nil
}

// Eval runs a JavaScript expression in the page, awaiting it if it is a
// promise, and returns its value as JSON.
func (p *Page) Eval(t testing.TB, expression string) json.RawMessage {
	t.Helper()
	value, err := p.evaluate(expression)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Text is Eval for a value that is a string.
func (p *Page) Text(t testing.TB, expression string) string {
	t.Helper()
	var text string
	if value := p.Eval(t, expression); json.Unmarshal(value, &text) != nil {
		t.Fatalf("%s is %s, not a string", expression, value)
	}
	return text
}

// Await waits until the expression is true (or a node, a number but 0, a
// string but ""), across navigations.
func (p *Page) Await(t testing.TB, expression string) {
	t.Helper()
	p.program.Eventually(t, func() error {
		value, err := p.evaluate("!!(" + expression + ")")
		if err != nil {
			return err
		}
		if string(value) != "true" {
			return fmt.Errorf("not true: %s", expression)
		}
		return nil
	})
}

// Go asks the page to move to an address, which the window may refuse.
func (p *Page) Go(address string) {
	// Where it is allowed, the answer is lost together with the page.
	_, _ = p.evaluate(fmt.Sprintf("void (location.href = %q)", address))
}

// Click waits for the node that a CSS selector finds and clicks it.
func (p *Page) Click(t testing.TB, selector string) {
	t.Helper()
	node := fmt.Sprintf("document.querySelector(%q)", selector)
	p.Await(t, node)
	p.Eval(t, node+".click()")
}

// Picture is what the page shows now, in the window's own renderer.
func (p *Page) Picture(t testing.TB) image.Image {
	t.Helper()
	// Two frames from now everything that was decided is also painted.
	p.Eval(t, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
	var size struct{ W, H int }
	if err := json.Unmarshal(p.Eval(t, "({w: innerWidth, h: innerHeight})"), &size); err != nil {
		t.Fatal(err)
	}
	answer, err := p.send("Page.snapshotRect", map[string]any{
		"x": 0, "y": 0, "width": size.W, "height": size.H, "coordinateSystem": "Viewport",
	})
	if err != nil {
		t.Fatal(err)
	}
	var shot struct{ DataURL string }
	if err := json.Unmarshal(answer, &shot); err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(shot.DataURL, "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// SavePicture writes a picture as PNG, making its folder.
func SavePicture(t testing.TB, picture image.Image, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var encoded bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&encoded, picture); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, encoded.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
