// The search for what cells that were cut short have left: memory to which only their frames referred. It takes place in a
// copy of the process, made while no cell runs and all threads stand still: what earlier cells have left running goes on
// with what its stacks and registers refer to.
//
// What the frames held is followed through the heap. Then everything else - variables, stacks with the registers of their
// threads, all other blocks - is read for words that could be addresses of what was found: whatever one of them may mean is
// kept. The rest is left over, and of that only what is worth it and well known is named: large blocks, and objects of
// classes that have said so.
//
// Who refers to memory without a word that is its address? Swift keeps notes in the highest byte and the three lowest bits
// of a word, which are left out of the comparison. Weak references lead to a table beside the object, which refers to it
// in a plain word. The C library disguises only places of code and of stacks. What is no memory of this process - other
// processes, files, the system - refers to nothing in it; what is shared with others, or cannot be written, is read as well
// unless it is long: then it is a file.

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "heap.h"

enum {
    region_limit = 1 << 16, block_limit = 1 << 22, second_limit = 5,
    /// From here on a block is worth its return.
    large = 1 << 20,
    /// From here on a stretch of memory that nobody writes is a file.
    long_stretch = 16 << 20,
    /// How much of a block is followed.
    depth = 16 << 20,
    page = 4096,
};

typedef struct { uintptr_t start, end; bool may_read, may_write, may_run, is_shared, is_heap, is_of_system; } region;
typedef enum { elsewhere, found, kept } standing;

/// What the search writes, which is no part of what it reads.
static struct {
    region regions[region_limit];
    size_t region_count;
    /// All blocks, in the order of their addresses.
    block blocks[block_limit];
    unsigned char standings[block_limit];
    size_t block_count;
    /// Those to which the frames led, in the same order.
    size_t found[block_limit];
    size_t found_count;
    /// Those that are still to be followed.
    size_t waiting[block_limit];
    size_t waiting_count;
    bool is_full;
    char text[1 << 24];
} *here;

static uintptr_t freed_mark;
/// What objects begin with that give up what they hold.
static const void *const *classes;
static size_t class_count;

// The map of the memory.

static uintptr_t read_number(const char **text) {
    uintptr_t number = 0;
    for (;; (*text)++) {
        char digit = **text;
        if (digit >= '0' && digit <= '9') number = number << 4 | (uintptr_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f') number = number << 4 | (uintptr_t)(digit - 'a' + 10);
        else return number;
    }
}

static bool read_map(void) {
    int file = open("/proc/self/maps", O_RDONLY);
    if (file < 0) return false;
    size_t length = 0;
    for (ssize_t count; (count = read(file, here->text + length, sizeof here->text - 1 - length)) > 0;) length += (size_t)count;
    close(file);
    if (length == sizeof here->text - 1) return false;
    for (const char *line = here->text; *line; ) {
        if (here->region_count == region_limit) return false;
        region *this = &here->regions[here->region_count++];
        this->start = read_number(&line);
        line++;
        this->end = read_number(&line);
        line++;
        this->may_read = line[0] == 'r';
        this->may_write = line[1] == 'w';
        this->may_run = line[2] == 'x';
        this->is_shared = line[3] == 's';
        const char *name = line;
        while (*line && *line != '\n') line++;
        // The main heap, or what may be a thread's.
        this->is_heap = (line - name > 6 && !memcmp(line - 6, "[heap]", 6)) || this->start % thread_heap == 0;
        const char *bracket = memchr(name, '[', (size_t)(line - name));
        this->is_of_system = bracket && bracket[1] == 'v';
        if (*line) line++;
    }
    return true;
}

static const region *region_of(uintptr_t address) {
    size_t low = 0, high = here->region_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (here->regions[middle].end <= address) low = middle + 1; else high = middle;
    }
    return low < here->region_count && here->regions[low].start <= address ? &here->regions[low] : NULL;
}

static bool is_data(const region *this) {
    if (!this->may_read || this->may_run || this->is_of_system || this->start == (uintptr_t)here) return false;
    return (this->may_write && !this->is_shared) || this->end - this->start < long_stretch;
}

// Blocks.

static void add_block(void *argument, block added) {
    (void)argument;
    if (here->block_count < block_limit) here->blocks[here->block_count++] = added; else here->is_full = true;
}

static void add_single_blocks(const region *this) {
    block added;
    for (uintptr_t place = this->start; place + 2 * page <= this->end; place += page)
        if (find_single_block(place + 16, this->end, &added)) {
            add_block(NULL, added);
            place = added.end - page;
        }
}

static void list_blocks(void) {
    for (size_t i = 0; i < here->region_count; i++) {
        region *this = &here->regions[i];
        if (!is_data(this)) continue;
        this->is_heap = this->is_heap && this->may_write && for_blocks(this->start, this->end, add_block, NULL);
        if (!this->is_heap && this->may_write && !this->is_shared) add_single_blocks(this);
    }
}

/// The address that a word may mean, 0 where it means none: Swift keeps notes in the highest byte and the lowest bits.
static uintptr_t address_in(uintptr_t word) {
    enum { never_set = 0x1ff };
    return word >> 47 & never_set ? 0 : word & 0x00007ffffffffff8;
}

static const size_t none = SIZE_MAX;

/// The number of the block around an address; `none` where there is none.
static size_t block_around(uintptr_t address) {
    size_t low = 0, high = here->block_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (here->blocks[middle].end <= address) low = middle + 1; else high = middle;
    }
    return low < here->block_count && here->blocks[low].start <= address ? low : none;
}

/// The same among those that were found.
static size_t found_around(uintptr_t address) {
    size_t low = 0, high = here->found_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (here->blocks[here->found[middle]].end <= address) low = middle + 1; else high = middle;
    }
    return low < here->found_count && here->blocks[here->found[low]].start <= address ? here->found[low] : none;
}

/// Whether the C library keeps a small block for the next request, with a mark in its second word.
static bool is_given_back(block this) {
    return freed_mark && this.end - this.start >= 16 && ((uintptr_t *)this.start)[1] == freed_mark;
}

// What the frames held.

static void find(uintptr_t word) {
    uintptr_t address = address_in(word);
    if (address < page) return;
    size_t index = block_around(address);
    if (index == none || here->standings[index] != elsewhere || is_given_back(here->blocks[index])) return;
    here->standings[index] = found;
    here->waiting[here->waiting_count++] = index;
}

static void find_all(const uintptr_t *words, size_t count) {
    for (size_t i = 0; i < count; i++) find(words[i]);
    while (here->waiting_count > 0) {
        block next = here->blocks[here->waiting[--here->waiting_count]];
        if (next.end - next.start > depth) next.end = next.start + depth;
        for (uintptr_t place = next.start; place + 8 <= next.end; place += 8) find(*(uintptr_t *)place);
    }
    for (size_t i = 0; i < here->block_count; i++)
        if (here->standings[i] == found) here->found[here->found_count++] = i;
}

// What others refer to.

static bool may_read(uintptr_t start, size_t size) {
    const region *this = region_of(start);
    return this && this->may_read && start + size <= this->end;
}

/// Whether a block begins like an object of Swift whose references are counted in its second word: with the address of its
/// metadata, before which lies a function that ends it.
static bool is_counted(block this) {
    if (this.end - this.start < 16 || is_given_back(this)) return false;
    uintptr_t metadata = ((uintptr_t *)this.start)[0], counts = ((uintptr_t *)this.start)[1];
    // Counted elsewhere, or its end has begun.
    if (counts >> 63 || (counts >> 32 & 1)) return false;
    if (metadata % 8 || !may_read(metadata - 16, 24)) return false;
    const region *destroy = region_of(((uintptr_t *)metadata)[-2]);
    return destroy && destroy->may_run;
}

/// Whether a block is an object of a class that gives up what its objects hold.
static bool is_known(block this) {
    if (!is_counted(this)) return false;
    for (size_t i = 0; i < class_count; i++) if (((uintptr_t *)this.start)[0] == (uintptr_t)classes[i]) return true;
    return false;
}

/// Whether a word refers to a block: whoever owns a large object of Swift knows where it begins, and what seems to point
/// into the middle of gigabytes are numbers.
static bool refers(uintptr_t address, block this) {
    return address == this.start || this.end - this.start < large || !is_counted(this);
}

/// Whether a word is an end of one of the C library's lists of what was given back, which leads to the last word before such
/// a block and from there back to itself.
static bool is_list_end(uintptr_t place, uintptr_t address) {
    if (!may_read(address, 32)) return false;
    const uintptr_t *links = (uintptr_t *)address + 2;
    return links[0] == place - 16 || links[1] == place - 16 || links[0] == place - 24 || links[1] == place - 24;
}

static void keep(uintptr_t start, uintptr_t end) {
    for (uintptr_t place = (start + 7) & -8ul; place + 8 <= end; place += 8) {
        uintptr_t address = address_in(*(uintptr_t *)place);
        if (address < page) continue;
        size_t index = found_around(address);
        if (index == none || here->standings[index] == kept || !refers(address, here->blocks[index])) continue;
        if (is_list_end(place, address)) continue;
        here->standings[index] = kept;
        here->waiting[here->waiting_count++] = index;
    }
}

/// Reads a stretch of memory, except the blocks in it that were found.
static void keep_beside_found(uintptr_t start, uintptr_t end, size_t *next) {
    for (; *next < here->found_count && here->blocks[here->found[*next]].start < end; (*next)++) {
        block hole = here->blocks[here->found[*next]];
        if (hole.end <= start) continue;
        keep(start, hole.start);
        start = hole.end;
    }
    if (start < end) keep(start, end);
}

static void keep_all(uintptr_t frame, const uintptr_t *words, size_t word_count) {
    size_t next_found = 0, next_block = 0;
    for (size_t i = 0; i < here->region_count; i++) {
        region *this = &here->regions[i];
        if (!is_data(this)) continue;
        if (this->is_heap) {
            // What was given back, and the heap's own marks, refer to nothing.
            while (next_block < here->block_count && here->blocks[next_block].start < this->start) next_block++;
            for (; next_block < here->block_count && here->blocks[next_block].start < this->end; next_block++) {
                block next = here->blocks[next_block];
                if (here->standings[next_block] == elsewhere && !is_given_back(next)) keep(next.start, next.end);
            }
            continue;
        }
        uintptr_t start = this->start, given_up = (uintptr_t)words, end = (uintptr_t)(words + word_count);
        // Of a stack, only what is in use counts.
        if (frame >= this->start && frame < this->end) start = frame; else start = stack_in_use(this->start, this->end);
        if (given_up >= start && end <= this->end) {
            keep_beside_found(start, given_up, &next_found);
            start = end;
        }
        keep_beside_found(start, this->end, &next_found);
    }
    while (here->waiting_count > 0) {
        block next = here->blocks[here->waiting[--here->waiting_count]];
        keep(next.start, next.end);
    }
}

// What is left over.

static void write_leftovers(int pipe) {
    size_t count = 0;
    uintptr_t *addresses = (uintptr_t *)here->text;
    for (size_t i = 0; i < here->found_count && count < sizeof here->text / sizeof *addresses - 1; i++) {
        block this = here->blocks[here->found[i]];
        if (here->standings[here->found[i]] != found) continue;
        if (is_known(this)) addresses[count++] = this.start | 1;
        else if (this.end - this.start >= large) addresses[count++] = this.start;
    }
    // The list is whole if it ends like this.
    addresses[count++] = UINTPTR_MAX;
    for (size_t written = 0; written < count * sizeof *addresses;) {
        ssize_t size = write(pipe, here->text + written, count * sizeof *addresses - written);
        if (size <= 0) return;
        written += (size_t)size;
    }
}

static _Noreturn void search(int pipe, uintptr_t frame) {
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigaction(signal, &plain, NULL);
    }
    alarm(second_limit);
    // Others are to notice when the process that this is a copy of closes something.
    syscall(SYS_close_range, 0, pipe - 1, 0);
    syscall(SYS_close_range, pipe + 1, ~0u, 0);
    const uintptr_t *words;
    size_t count = find_remains(&words);
    // Between pages of nobody, so that it is a region of its own.
    char *reserved = mmap(NULL, sizeof *here + 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) _exit(1);
    here = (void *)(reserved + page);
    if (!mprotect(here, sizeof *here, PROT_READ | PROT_WRITE) && read_map()) {
        list_blocks();
        find_all(words, count);
        keep_all(frame, words, count);
        if (!here->is_full) write_leftovers(pipe);
    }
    _exit(0);
}

/// What the callers keep in registers is on the stack above this function's frame.
static __attribute__((noinline)) int search_copy(pid_t *child) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    *child = -1;
    if (stop_all()) {
        // Not the library's `fork`, which waits for what threads that stand still may have locked.
        *child = _Fork();
        if (*child == 0) search(ends[1], (uintptr_t)__builtin_frame_address(0));
        if (*child > 0) forget_remains();
        go_on();
    }
    close(ends[1]);
    if (*child > 0) return ends[0];
    close(ends[0]);
    return -1;
}

int recovery_search(const void *const *named, size_t count, pid_t *copy) {
    classes = named;
    class_count = count;
    if (!freed_mark) freed_mark = mark_of_freed_block();
    __builtin_unwind_init();
    int list = search_copy(copy);
    // Not a tail call, which would give this frame up.
    __asm__ volatile("" ::: "memory");
    return list;
}

__attribute__((noinline)) void recovery_clear_stack(size_t size) {
    volatile char frames[size];
    for (size_t i = 0; i < size; i++) frames[i] = 0;
}

void recovery_free(const uintptr_t *blocks, size_t count) {
    for (size_t i = 0; i < count; i++) free((void *)blocks[i]);
    malloc_trim(0);
}
