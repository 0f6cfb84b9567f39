/* A program of the mail server that prints its configuration. */
#include "import_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

enum { PATIENCE = 10000, /* milliseconds without a word */ WORDS_MAX = 32 };

static int spawn(pid_t *pid, char *const *argv, int out)
{
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
    char *envp[] = {path, locale, NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return error;
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                             "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
                                                 "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn(pid, argv[0], &actions, NULL, argv, envp);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* All that comes; false when it is too much or too slow. */
static bool drain(int fd, struct import_text *out)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char block[4096];

    for (;;) {
        int ready = poll(&wait, 1, PATIENCE);
        ssize_t n = ready > 0 ? read(fd, block, sizeof block) : -1;

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        import_put(out, (struct rs_span){block, (size_t)n});
        if (out->full)
            return false;
    }
}

static bool collect(pid_t pid, int fd, struct import_text *out)
{
    bool fine = drain(fd, out);
    int status = 0;

    if (!fine)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return fine && status == 0;
}

bool import_run(const char *const *argv, struct import_text *out)
{
    char *words[WORDS_MAX + 1] = {NULL};
    int ends[2];
    pid_t pid;
    bool fine;

    for (int i = 0; i < WORDS_MAX && argv[i] != NULL; i++)
        memcpy(&words[i], &argv[i], sizeof words[i]); /* only read */
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    fine = spawn(&pid, words, ends[1]) == 0;
    close(ends[1]);
    fine = fine && collect(pid, ends[0], out);
    close(ends[0]);
    return fine;
}
