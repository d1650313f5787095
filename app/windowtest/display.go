//go:build windowtest

package windowtest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Display is an X server that draws into memory.
type Display struct {
	Name string // for the environment: ":7"
	file string // where Xvfb keeps the pixels, an XWD file
}

// StartDisplay starts an X server of width by height pixels that lives as long
// as the test.
func StartDisplay(t testing.TB, width, height int) *Display {
	t.Helper()
	folder := t.TempDir()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	xvfb := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-fbdir", folder)
	xvfb.ExtraFiles = []*os.File{write}
	var complaints bytes.Buffer // it says something for each number that is taken
	xvfb.Stderr = &complaints
	if err := xvfb.Start(); err != nil {
		t.Fatalf("start Xvfb: %v", err)
	}
	write.Close()
	t.Cleanup(func() {
		_ = xvfb.Process.Signal(syscall.SIGTERM)
		_ = xvfb.Wait()
	})
	// Xvfb writes its number once it takes connections.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v\n%s", err, &complaints)
	}
	return &Display{Name: ":" + strings.TrimSpace(number), file: filepath.Join(folder, "Xvfb_screen0")}
}

// Screenshot is what the screen shows now.
func (d *Display) Screenshot(t testing.TB) *image.RGBA {
	t.Helper()
	raw, err := os.ReadFile(d.file)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := decodeXWD(raw)
	if err != nil {
		t.Fatalf("read the screen: %v", err)
	}
	return picture
}

// decodeXWD reads the one kind of XWD that Xvfb keeps: 32 bits a pixel, blue
// first. The header is big-endian whatever the machine is.
func decodeXWD(raw []byte) (*image.RGBA, error) {
	const header = 25 * 4
	if len(raw) < header {
		return nil, fmt.Errorf("XWD file of %d bytes", len(raw))
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(raw[i*4:])) }
	headerSize, version, width, height := field(0), field(1), field(4), field(5)
	bitsPerPixel, bytesPerLine, colours := field(11), field(12), field(19)
	start := headerSize + colours*12
	if version != 7 || bitsPerPixel != 32 || len(raw) < start+height*bytesPerLine {
		return nil, fmt.Errorf("XWD version %d, %d bits a pixel, %d bytes", version, bitsPerPixel, len(raw))
	}
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		line := raw[start+y*bytesPerLine:]
		for x := range width {
			p := line[x*4:]
			picture.SetRGBA(x, y, color.RGBA{R: p[2], G: p[1], B: p[0], A: 0xff})
		}
	}
	return picture, nil
}

// Colours counts the colours of a picture: a blank or dead window has few.
func Colours(picture image.Image) int {
	seen := map[color.Color]bool{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}
