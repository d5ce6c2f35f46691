package main

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// mood is how requests are answered.
type mood struct {
	// errors is the part of the requests that fail, from 0 to 1.
	errors float64
	// latency is the time before each answer.
	latency time.Duration
}

func (mood mood) String() string {
	return fmt.Sprintf("errors=%v latency=%v", mood.errors, mood.latency)
}

func parseMood(errors, latency string) (mood, error) {
	rate, err := strconv.ParseFloat(errors, 64)
	if err != nil || !(rate >= 0 && rate <= 1) {
		return mood{}, fmt.Errorf("the error rate %q is no number from 0 to 1", errors)
	}
	wait, err := time.ParseDuration(latency)
	if err != nil || wait < 0 {
		return mood{}, fmt.Errorf("the latency %q is no duration such as 300ms", latency)
	}
	return mood{rate, wait}, nil
}

// moods keeps the mood, and spreads errors evenly: of any hundred requests at 0.05, five fail.
type moods struct {
	lock    sync.Mutex
	current mood
	debt    float64
}

func (moods *moods) set(mood mood) {
	moods.lock.Lock()
	defer moods.lock.Unlock()
	moods.current, moods.debt = mood, 0
}

func (moods *moods) get() mood {
	moods.lock.Lock()
	defer moods.lock.Unlock()
	return moods.current
}

// fails says whether the next request fails.
func (moods *moods) fails(mood mood) bool {
	moods.lock.Lock()
	defer moods.lock.Unlock()
	moods.debt += mood.errors
	// A sum of tenths misses 1 by a little.
	if moods.debt < 1-1e-9 {
		return false
	}
	moods.debt--
	return true
}
