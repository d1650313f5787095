// Command bench measures the built program as its users meet it: a file of
// sample logs is imported with the command line, then the API is asked over
// HTTP. It prints a table in Markdown, and the same figures as JSON.
//
//	go run ./build/bench -program build/bin/projectlogs-server -logs 1000000 -json build/bin/bench.json
//
// Timings of questions are warm, over -runs repetitions after one that does not
// count. Memory is RssAnon and peak RSS (VmHWM) of the process, from /proc.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// figure is one line of the table.
type figure struct {
	Name   string  `json:"name"`
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
	Unit   string  `json:"unit"`
	Runs   int     `json:"runs"`
	Note   string  `json:"note,omitempty"`
}

type bench struct {
	program, dir string
	logs, runs   int
	figures      []figure
	url, token   string
}

func run(ctx context.Context) error {
	b := &bench{}
	var out string
	flag.StringVar(&b.program, "program", "build/bin/projectlogs-server", "the built program")
	flag.IntVar(&b.logs, "logs", 1_000_000, "how many sample logs")
	flag.IntVar(&b.runs, "runs", 15, "repetitions of each question")
	flag.StringVar(&out, "json", "", "also write the figures to this file")
	flag.Parse()
	program, err := filepath.Abs(b.program)
	if err != nil {
		return err
	}
	b.program = program
	b.dir, err = os.MkdirTemp("", "projectlogs-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := b.measure(ctx); err != nil {
		return err
	}
	b.print()
	if out == "" {
		return nil
	}
	j, err := json.MarshalIndent(map[string]any{"logs": b.logs, "cpus": runtime.NumCPU(), "figures": b.figures}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(j, '\n'), 0o644)
}

func (b *bench) measure(ctx context.Context) error {
	file := filepath.Join(b.dir, "sample.ndjson")
	if err := b.command(ctx, "sample", "-n", strconv.Itoa(b.logs), "-o", file).Run(); err != nil {
		return fmt.Errorf("make the sample: %w", err)
	}
	raw, err := os.Stat(file)
	if err != nil {
		return err
	}
	b.add("size of the raw file", "MB", "", float64(raw.Size())/1e6)
	if err := b.importFile(ctx, file); err != nil {
		return err
	}
	disk, err := folderSize(filepath.Join(b.dir, "data"))
	if err != nil {
		return err
	}
	b.add("store on disk / raw file", "×", "", float64(disk)/float64(raw.Size()))
	return b.ask(ctx)
}

func (b *bench) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.program, append(args, "--data-dir", filepath.Join(b.dir, "data"))...)
	cmd.Stderr = os.Stderr
	return cmd
}

// importFile imports the sample with the command line and watches its memory.
func (b *bench) importFile(ctx context.Context, file string) error {
	cmd := b.command(ctx, "import", "--json", file)
	var answer bytes.Buffer
	cmd.Stdout = &answer
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	peak := watchMemory(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	took := time.Since(start)
	memory := peak()
	var result struct {
		Added int `json:"added"`
	}
	if err := json.Unmarshal(answer.Bytes(), &result); err != nil {
		return fmt.Errorf("read the import's answer: %w", err)
	}
	if result.Added != b.logs {
		return fmt.Errorf("%d of %d logs were added", result.Added, b.logs)
	}
	b.add("NDJSON file → searchable", "logs/s", "whole command, with start and close", float64(b.logs)/took.Seconds())
	b.add("memory while importing, RssAnon", "MB", "", float64(memory.anon)/1e6)
	b.add("memory while importing, peak RSS", "MB", "with mapped files", float64(memory.rss)/1e6)
	return nil
}

// question is one thing that is asked over and over.
type question struct {
	name, path string
	query      url.Values
}

var questions = []question{
	{"first page, all logs", "logs", url.Values{"limit": {"50"}}},
	{"first page, status>=400 method:POST", "logs", url.Values{"q": {"status>=400 method:POST"}}},
	{"first page, origin:API duration>200ms", "logs", url.Values{"q": {"origin:API duration>200ms"}}},
	{"first page, one word", "logs", url.Values{"q": {"voucher_expired"}}},
	{"first page, oldest first", "logs", url.Values{"sort": {"time"}}},
	{"exact count, status>=400", "logs/tally", url.Values{"q": {"status>=400"}, "by": {"result"}}},
	{"histogram, 60 steps, all", "logs/tally", url.Values{"by": {"time:60"}}},
	{"histogram, 60 steps, result:failure", "logs/tally", url.Values{"by": {"time:60"}, "q": {"result:failure"}}},
	{"facet endpoint, all", "logs/tally", url.Values{"by": {"endpoint"}}},
	{"facet user, result:failure", "logs/tally", url.Values{"by": {"user"}, "q": {"result:failure"}}},
	{"exact count of a phrase", "logs/tally", url.Values{"by": {"result"}, "q": {`"out of stock"`}}},
	{"exact count of a word", "logs/tally", url.Values{"by": {"result"}, "q": {"EUR"}}},
}

func (b *bench) ask(ctx context.Context) error {
	cmd := b.command(ctx, "serve", "--addr", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // how it ends is measured nowhere
	}()
	if err := b.waitServed(ctx, cmd.Process.Pid); err != nil {
		return err
	}
	var first string
	if _, err := b.get(ctx, "logs", url.Values{"limit": {"50"}}, func(body []byte) { first = firstID(body) }); err != nil {
		return err
	}
	b.add("start → first page", "ms", "", milliseconds(time.Since(start)))
	asked := append(slices.Clone(questions), question{"one log by id", "logs/" + first, nil})
	for _, q := range asked {
		if err := b.repeat(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	m := readMemory(cmd.Process.Pid)
	b.add("memory after searching, RssAnon", "MB", "", float64(m.anon)/1e6)
	return b.exports(ctx)
}

func (b *bench) repeat(ctx context.Context, q question) error {
	var times []float64
	for i := range b.runs + 1 {
		took, err := b.get(ctx, q.path, q.query, nil)
		if err != nil {
			return err
		}
		if i > 0 {
			times = append(times, milliseconds(took))
		}
	}
	b.add(q.name, "ms", "", times...)
	return nil
}

// exports measures CSV files of all logs, as the command line writes them.
func (b *bench) exports(ctx context.Context) error {
	for _, e := range []struct{ name, fields string }{
		{"CSV, columns only", "id,time,status,method,endpoint,duration"},
		{"CSV, default fields", "default"},
	} {
		file := filepath.Join(b.dir, "export.csv")
		start := time.Now()
		if err := b.command(ctx, "export", "--force", "--fields", e.fields, "-o", file).Run(); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		b.add(e.name, "rows/s", "", float64(b.logs)/time.Since(start).Seconds())
	}
	return nil
}

func (b *bench) waitServed(ctx context.Context, pid int) error {
	for ctx.Err() == nil {
		var f struct {
			URL, Token string
			PID        int
		}
		j, err := os.ReadFile(filepath.Join(b.dir, "data", "server.json"))
		if err == nil && json.Unmarshal(j, &f) == nil && f.PID == pid {
			b.url, b.token = f.URL, f.Token
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return ctx.Err()
}

func (b *bench) get(ctx context.Context, path string, q url.Values, look func([]byte)) (time.Duration, error) {
	address := b.url + "/api/projects/default/" + path
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	took := time.Since(start)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	if err == nil && look != nil {
		look(body)
	}
	return took, err
}

func firstID(page []byte) string {
	var p struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if json.Unmarshal(page, &p) != nil || len(p.Data) == 0 {
		return ""
	}
	return p.Data[0].ID
}

func (b *bench) add(name, unit, note string, values ...float64) {
	slices.Sort(values)
	b.figures = append(b.figures, figure{
		Name: name, Unit: unit, Note: note, Runs: len(values),
		Min: values[0], Median: values[len(values)/2], Max: values[len(values)-1],
	})
}

func (b *bench) print() {
	fmt.Printf("%d sample logs, %d processors, %s\n\n", b.logs, runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
	fmt.Println("| what | min | median | max | unit | runs | |")
	fmt.Println("|---|---:|---:|---:|---|---:|---|")
	for _, f := range b.figures {
		fmt.Printf("| %s | %s | %s | %s | %s | %d | %s |\n", f.Name, short(f.Min), short(f.Median), short(f.Max), f.Unit, f.Runs, f.Note)
	}
}

func short(v float64) string {
	switch {
	case v >= 1000:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

type memory struct{ anon, rss int64 }

// readMemory reads what the kernel says of a process; zero where it says
// nothing.
func readMemory(pid int) memory {
	var m memory
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		if err != nil {
			continue
		}
		switch name {
		case "RssAnon":
			m.anon = kb << 10
		case "VmHWM":
			m.rss = kb << 10
		}
	}
	return m
}

// watchMemory looks ten times a second and returns the peak when asked.
func watchMemory(pid int) func() memory {
	stop := make(chan struct{})
	result := make(chan memory)
	go func() {
		var peak memory
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				result <- peak
				return
			case <-tick.C:
				m := readMemory(pid)
				peak.anon, peak.rss = max(peak.anon, m.anon), max(peak.rss, m.rss)
			}
		}
	}()
	return func() memory {
		close(stop)
		return <-result
	}
}

// folderSize is what the files of a folder take on disk: the engines make
// sparse ones.
func folderSize(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			sum += st.Blocks * 512
		}
		return nil
	})
	return sum, err
}
