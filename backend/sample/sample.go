// Package sample makes up the traffic of an online shop with a promotion
// platform: logs of the last three days with the rhythm of the day, failures,
// one incident, several users, customers, campaigns and callers, and the
// background tasks that some calls started.
//
// Everything follows from the number asked for and the hour: the same call
// within one hour gives the same logs, with the same ids, and an hour later
// most are the same still, since each log depends on nothing but the number and
// its own hour. Names and addresses are made up or reserved for examples.
package sample

import (
	"iter"
	"time"

	"projectlogs/backend/audit"
)

// hours is how far back the logs go. The number of logs in an hour repeats
// every three days, so that any 72 hours in a row hold exactly what was asked for.
const hours = 72

// Logs makes n logs, oldest first, of the 72 full hours before now. They have
// ids and have not been redacted.
func Logs(n int, now time.Time) iter.Seq[audit.Log] {
	return func(yield func(audit.Log) bool) {
		m := newMaker(n)
		for h := range hoursBefore(now) {
			for i := range m.count(h) {
				if !yield(m.log(h, i)) {
					return
				}
			}
		}
	}
}

// Tasks makes the recorded background tasks that belong to Logs(n, now), oldest
// first. All types that the platform is known to have occur among them. Their
// Project is empty.
func Tasks(n int, now time.Time) iter.Seq[audit.Task] {
	return func(yield func(audit.Task) bool) {
		m := newMaker(n)
		last := hour(now.Unix()/3600) - 1
		for h := range hoursBefore(now) {
			for i := range m.tasks(h) {
				if !yield(m.task(h, i, h == last)) {
					return
				}
			}
		}
	}
}

// hour is the number of an hour since 1970.
type hour int64

func (h hour) start() time.Time { return time.Unix(int64(h)*3600, 0).UTC() }

func hoursBefore(now time.Time) iter.Seq[hour] {
	return func(yield func(hour) bool) {
		end := hour(now.Unix() / 3600)
		for h := end - hours; h < end; h++ {
			if !yield(h) {
				return
			}
		}
	}
}

// rhythm is how busy the hours of a day are.
var rhythm = [24]int{2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 10, 11, 11, 10, 10, 10, 11, 12, 12, 11, 9, 6, 4}

// maker makes the logs of one Logs call.
type maker struct {
	n   int
	sum [25]int // of rhythm, up to each hour
	buf []byte
}

func newMaker(n int) *maker {
	m := &maker{n: n}
	for h, w := range rhythm {
		m.sum[h+1] = m.sum[h] + w
	}
	return m
}

// count is how many logs an hour has.
func (m *maker) count(h hour) int {
	day, ofDay := h/24, int(h%24)
	n := m.n / 3
	if int(day%3) < m.n%3 {
		n++
	}
	return n*m.sum[ofDay+1]/m.sum[24] - n*m.sum[ofDay]/m.sum[24]
}

// tasks is how many background tasks began in an hour.
func (m *maker) tasks(h hour) int { return 1 + min(4, m.count(h)/2000) }

// starter is the log that started the task, in its hour; -1 if none did.
func (m *maker) starter(h hour, task int) int {
	n := m.count(h)
	if n < 8 || startOf(taskKind(h, task)).path == "" {
		return -1
	}
	return (task + 1) * n / (m.tasks(h) + 1)
}

// isIncident says whether the platform is in trouble: 40 minutes on one of
// three days.
func isIncident(t time.Time) bool {
	return t.Unix()/86400%3 == 1 && t.Hour() == 13 && t.Minute() >= 10 && t.Minute() < 50
}

// random is SplitMix64: small, and good enough to make things up.
type random uint64

func newRandom(n int, h hour, i int, salt uint64) random {
	r := random(uint64(n)*0x9e3779b97f4a7c15 ^ uint64(h)<<24 ^ uint64(i) ^ salt<<56)
	r.next()
	return r
}

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *random) below(n int) int { return int(r.next() >> 33 % uint64(n)) }

func (r *random) chance(perMille int) bool { return r.below(1000) < perMille }

func (r *random) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// zipf is a number below n, small ones far more often.
func (r *random) zipf(n int) int {
	u := r.unit()
	return int(float64(n) * u * u * u)
}

func pick[T any](r *random, list []T) T { return list[r.below(len(list))] }
