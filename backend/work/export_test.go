package work

// SetChunk makes transactions of imports small, so that a short file has many.
func (r *Runner) SetChunk(logs int) { r.chunkLogs = logs }

// SetPurgeSlice makes deletions go in small slices.
func (r *Runner) SetPurgeSlice(logs int64) { r.purgeSlice = logs }
