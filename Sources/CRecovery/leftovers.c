// The search for what cells that were cut short have left: memory to which only their frames referred. It takes place in a
// copy of the process, whose threads and memory stand still.
//
// What the frames held is followed through the heap. Then everything else - variables, stacks, all other blocks - is read
// for words that could be addresses of what was found: whatever one of them may mean is kept. The rest is left over.

#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "heap.h"

enum {
    region_limit = 1 << 16, block_limit = 1 << 22, second_limit = 5,
    /// From here on a block is worth its return whatever it holds; of smaller ones only objects of Swift are known well
    /// enough.
    large = 64 << 10,
    /// How much of a block is followed.
    depth = 16 << 20,
    page = 4096,
};

typedef struct { uintptr_t start, end; bool may_read, may_write, may_run, is_shared, is_heap; } region;
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
    char text[1 << 24];
} *here;

static uintptr_t freed_mark;

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

static bool is_data(const region *this) { return this->may_read && this->may_write && !this->is_shared; }

// Blocks.

static void add_block(void *argument, block added) {
    (void)argument;
    if (here->block_count < block_limit) here->blocks[here->block_count++] = added;
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
        if (!is_data(this) || this->start == (uintptr_t)here) continue;
        this->is_heap = this->is_heap && for_blocks(this->start, this->end, add_block, NULL);
        if (!this->is_heap) add_single_blocks(this);
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

// What the frames held.

static void find(uintptr_t word) {
    uintptr_t address = address_in(word);
    if (address < page) return;
    size_t index = block_around(address);
    if (index == none || here->standings[index] != elsewhere) return;
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

typedef enum { unknown, closure, instance } kind;

/// What a block begins with, as far as the layout of Swift's metadata tells.
static kind kind_of(block this) {
    if (this.end - this.start < 16) return unknown;
    uintptr_t metadata = ((uintptr_t *)this.start)[0], counts = ((uintptr_t *)this.start)[1];
    // Counted elsewhere, or not at all.
    if (counts >> 63) return unknown;
    if (metadata % 8 || !may_read(metadata - 16, 64)) return unknown;
    const region *destroy = region_of(((uintptr_t *)metadata)[-2]);
    if (!destroy || !destroy->may_run) return unknown;
    uintptr_t number = ((uintptr_t *)metadata)[0];
    enum { local_variable = 0x400, generic_variable = 0x500, error = 0x501 };
    if (number == local_variable || number == generic_variable || number == error) return closure;
    if (number) return unknown;
    struct {
        uintptr_t kind, superclass;
        uint32_t flags, address_point, size;
        uint16_t alignment, reserved;
        uint32_t class_size, class_address_point;
        uintptr_t description;
    } class;
    memcpy(&class, (void *)metadata, sizeof class);
    if (class.address_point || class.size < 16 || !may_read(class.description, 4)) return unknown;
    enum { class_descriptor = 16, kind_bits = 31 };
    if ((*(uint32_t *)class.description & kind_bits) != class_descriptor) return unknown;
    // One whose end has begun is nobody's object any more.
    return counts >> 32 & 1 ? closure : instance;
}

/// Whether a word refers to a block: whoever owns a large object of Swift knows where it begins, and what seems to point
/// into the middle of gigabytes are numbers.
static bool refers(uintptr_t address, block this) {
    enum { many = 1 << 20 };
    return address == this.start || this.end - this.start < many || kind_of(this) == unknown;
}

static void keep(uintptr_t start, uintptr_t end) {
    for (uintptr_t place = (start + 7) & -8ul; place + 8 <= end; place += 8) {
        uintptr_t address = address_in(*(uintptr_t *)place);
        if (address < page) continue;
        size_t index = found_around(address);
        if (index == none || here->standings[index] == kept || !refers(address, here->blocks[index])) continue;
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

static void keep_all(uintptr_t frame) {
    size_t next_found = 0, next_block = 0;
    for (size_t i = 0; i < here->region_count; i++) {
        region *this = &here->regions[i];
        if (!is_data(this) || this->start == (uintptr_t)here) continue;
        if (this->is_heap) {
            // What was given back, and the heap's own marks, refer to nothing.
            while (next_block < here->block_count && here->blocks[next_block].start < this->start) next_block++;
            for (; next_block < here->block_count && here->blocks[next_block].start < this->end; next_block++)
                if (here->standings[next_block] == elsewhere)
                    keep(here->blocks[next_block].start, here->blocks[next_block].end);
        } else if (frame >= this->start && frame < this->end) {
            keep(frame, this->end);
        } else {
            uintptr_t start, end;
            find_remains(&start, &end);
            if (start >= this->start && start < this->end) {
                keep_beside_found(this->start, start, &next_found);
                keep_beside_found(end, this->end, &next_found);
            } else {
                keep_beside_found(this->start, this->end, &next_found);
            }
        }
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
        size_t index = here->found[i];
        block this = here->blocks[index];
        if (here->standings[index] != found) continue;
        bool is_freed = this.end - this.start >= 16 && freed_mark && ((uintptr_t *)this.start)[1] == freed_mark;
        kind kind = is_freed ? unknown : kind_of(this);
        if (kind == unknown && this.end - this.start < large) continue;
        addresses[count++] = this.start | (kind == instance);
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
    // The kernel is to notice if the process that this is a copy of ends.
    for (int file = 0; file < 4; file++) close(file);
    const uintptr_t *words;
    size_t count = take_remains(&words);
    // Between pages of nobody, so that it is a region of its own.
    char *reserved = mmap(NULL, sizeof *here + 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) _exit(1);
    here = (void *)(reserved + page);
    if (!mprotect(here, sizeof *here, PROT_READ | PROT_WRITE) && read_map()) {
        list_blocks();
        find_all(words, count);
        keep_all(frame);
        write_leftovers(pipe);
    }
    _exit(0);
}

/// Stands still: what the callers keep in registers is on the stack above this function's frame.
static __attribute__((noinline)) int search_copy(pid_t *child) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    *child = fork();
    if (*child == 0) search(ends[1], (uintptr_t)__builtin_frame_address(0));
    close(ends[1]);
    if (*child > 0) {
        const uintptr_t *words;
        take_remains(&words);
        return ends[0];
    }
    close(ends[0]);
    return -1;
}

int recovery_search(pid_t *copy) {
    if (is_anything_running()) return -1;
    if (!freed_mark) freed_mark = mark_of_freed_block();
    __builtin_unwind_init();
    int list = search_copy(copy);
    // Not a tail call, which would give this frame up.
    __asm__ volatile("" ::: "memory");
    return list;
}

void recovery_free(const uintptr_t *blocks, size_t count) {
    for (size_t i = 0; i < count; i++) free((void *)blocks[i]);
    malloc_trim(0);
}
