package local

import "time"

// Times are compared as Unix nanoseconds, which reach from 1678 to 2262. A log
// of another time is stored as it is and stands at the nearer end.
const (
	minTime = -1 << 63
	maxTime = 1<<63 - 1
)

var (
	firstTime = time.Date(1678, 1, 1, 0, 0, 0, 0, time.UTC)
	endOfTime = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
)

// nanos gives the time of a log: less than maxTime, so that a range can end
// behind it.
func nanos(t time.Time) int64 { return min(clampTime(t), maxTime-1) }

// clampTime gives the bound of a range.
func clampTime(t time.Time) int64 {
	switch {
	case t.Before(firstTime):
		return minTime
	case !t.Before(endOfTime):
		return maxTime
	}
	return t.UnixNano()
}
