// Icon draws the program's icon: an accent-coloured square, three lines of a
// log, and the one that failed marked with a disc. `go generate ./build/icon`
// writes the icons of all platforms anew, below build.
package main

//go:generate go run .

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

// The colours are tokens of the design: --accent, --on-accent, and --fail of the
// dark theme, which stands out on the accent.
var (
	accent = color.RGBA{0x43, 0x50, 0xc9, 0xff}
	quiet  = color.RGBA{0xc3, 0xc8, 0xf4, 0xff}
	loud   = color.RGBA{0xff, 0xff, 0xff, 0xff}
	failed = color.RGBA{0xff, 0xa4, 0x9d, 0xff}
)

// shape is a rounded rectangle in a square of side 1; with round half its
// smaller side it is a disc or a line with round ends.
type shape struct {
	left, top, right, bottom, round float64
	fill                            color.RGBA
}

var shapes = []shape{
	{0.04, 0.04, 0.96, 0.96, 0.21, accent},
	{0.24, 0.27, 0.66, 0.35, 0.04, quiet},
	{0.24, 0.65, 0.57, 0.73, 0.04, quiet},
	{0.24, 0.45, 0.58, 0.55, 0.05, loud},
	{0.65, 0.40, 0.85, 0.60, 0.10, failed},
}

func (s shape) contains(x, y float64) bool {
	if x < s.left || x > s.right || y < s.top || y > s.bottom {
		return false
	}
	dx := math.Max(math.Max(s.left+s.round-x, x-(s.right-s.round)), 0)
	dy := math.Max(math.Max(s.top+s.round-y, y-(s.bottom-s.round)), 0)
	return dx*dx+dy*dy <= s.round*s.round
}

// colourAt is the colour of the topmost shape, see-through where there is none.
func colourAt(x, y float64) color.RGBA {
	for i := len(shapes) - 1; i >= 0; i-- {
		if shapes[i].contains(x, y) {
			return shapes[i].fill
		}
	}
	return color.RGBA{}
}

// draw takes 4 by 4 samples of each pixel, for smooth edges.
func draw(side int) image.Image {
	const samples = 4
	picture := image.NewRGBA(image.Rect(0, 0, side, side))
	for py := range side {
		for px := range side {
			var r, g, b, a int
			for s := range samples * samples {
				x := (float64(px) + (float64(s%samples)+0.5)/samples) / float64(side)
				y := (float64(py) + (float64(s/samples)+0.5)/samples) / float64(side)
				c := colourAt(x, y)
				r, g, b, a = r+int(c.R), g+int(c.G), b+int(c.B), a+int(c.A)
			}
			const n = samples * samples
			picture.SetRGBA(px, py, color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), uint8(a / n)})
		}
	}
	return picture
}

func encodePNG(side int) ([]byte, error) {
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, draw(side))
	return out.Bytes(), err
}

// encodeICO packs PNGs of several sizes, as Windows reads them since Vista.
func encodeICO(sides ...int) ([]byte, error) {
	var head, body bytes.Buffer
	_ = binary.Write(&head, binary.LittleEndian, []uint16{0, 1, uint16(len(sides))})
	offset := 6 + 16*len(sides)
	for _, side := range sides {
		picture, err := encodePNG(side)
		if err != nil {
			return nil, err
		}
		head.Write([]byte{byte(side), byte(side), 0, 0}) // 256 is written as 0
		_ = binary.Write(&head, binary.LittleEndian, []uint16{1, 32})
		_ = binary.Write(&head, binary.LittleEndian, []uint32{uint32(len(picture)), uint32(offset)})
		offset += len(picture)
		body.Write(picture)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	icons := map[string]func() ([]byte, error){
		"../appicon.png":           func() ([]byte, error) { return encodePNG(1024) },
		"../linux/projectlogs.png": func() ([]byte, error) { return encodePNG(512) },
		"../windows/icon.ico":      func() ([]byte, error) { return encodeICO(256, 64, 48, 32, 16) },
	}
	for file, encode := range icons {
		icon, err := encode()
		if err != nil {
			return fmt.Errorf("draw %s: %w", file, err)
		}
		if err := os.WriteFile(file, icon, 0o644); err != nil {
			return err
		}
	}
	return nil
}
