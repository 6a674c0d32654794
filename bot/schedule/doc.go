// Package schedule decides when something is due: it reads expressions, everyday phrases, time zones and holidays, and
// its Planner hands due times and overdue tasks to the job queue, each of them once.
//
// It must not post, edit or render anything, and it keeps nothing: the cursor of every schedule and what became of every
// due time are in the store, so that replicas and restarts are harmless.
package schedule
