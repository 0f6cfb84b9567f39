/* gnuplot as a child process that draws into a folder. */
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds */
#define TALK_MAX 4096

static enum rs_status cannot(const char *what, int error, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_IO, NULL, 0, "%s: %s", what, strerror(error));
}

/* The ends that the child gets: [0] of the script, [1] of the talk. */
static int spawn(pid_t *pid, const char *folder, const int ends[2])
{
    char name[] = "gnuplot", defaults[] = "-d", input[] = "-";
    char locale[] = "LC_ALL=C.UTF-8";
    char *argv[] = {name, defaults, input, NULL};
    char *envp[] = {locale, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0)
        goto done;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    error = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null",
                                                 O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    if (error == 0)
        error = posix_spawnp(pid, name, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
done:
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* The script goes through a socket, as writing to one whose reader is gone
 * can be told not to raise a signal. */
enum rs_status rs_gnuplot_start(struct rs_gnuplot *gnuplot, const char *folder,
                                struct rs_error *err)
{
    int script[2], talk[2], error;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, script) != 0)
        return cannot("cannot start gnuplot", errno, err);
    if (pipe2(talk, O_CLOEXEC) != 0) {
        error = errno;
        close(script[0]);
        close(script[1]);
        return cannot("cannot start gnuplot", error, err);
    }
    error = spawn(&gnuplot->pid, folder, (const int[]){script[1], talk[1]});
    close(script[1]);
    close(talk[1]);
    gnuplot->script = script[0];
    gnuplot->talk = talk[0];
    if (error == 0)
        return RS_OK;
    close(script[0]);
    close(talk[0]);
    if (error == ENOENT)
        return rs_fail(err, RS_ERR_UNSUPPORTED, NULL, 0,
                       "gnuplot is not installed");
    return cannot("cannot start gnuplot", error, err);
}

void rs_gnuplot_send(struct rs_gnuplot *gnuplot, struct rs_span script)
{
    while (script.len > 0) {
        ssize_t n =
            send(gnuplot->script, script.ptr, script.len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* it is gone: its last words say why */
        script = rs_span_skip(script, (size_t)n);
    }
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Keep the first words of gnuplot until it closes its end; false when that
 * takes too long. */
static bool listen_to(int talk, char words[TALK_MAX], size_t *len)
{
    int64_t until = now_ms() + (int64_t)PATIENCE * 1000;
    char rest[TALK_MAX];

    *len = 0;
    for (int64_t left; (left = until - now_ms()) > 0;) {
        struct pollfd ready = {.fd = talk, .events = POLLIN};
        bool full = *len == TALK_MAX;
        ssize_t n;

        if (poll(&ready, 1, (int)left) <= 0)
            continue;
        n = read(talk, full ? rest : words + *len,
                 full ? sizeof rest : TALK_MAX - *len);
        if (n == 0 || (n < 0 && errno != EINTR))
            return true;
        if (n > 0 && !full)
            *len += (size_t)n;
    }
    return false;
}

/* The last line of gnuplot's words that is not empty: the reason. */
static struct rs_span last_line(struct rs_span words)
{
    struct rs_span line, last = RS_SPAN("it did not say why");

    while (words.len > 0) {
        if (!rs_take_until(&words, '\n', &line)) {
            line = words;
            words.len = 0;
        }
        line = rs_span_trim(line);
        if (line.len > 0)
            last = line;
    }
    return last;
}

enum rs_status rs_gnuplot_finish(struct rs_gnuplot *gnuplot,
                                 struct rs_error *err)
{
    char words[TALK_MAX];
    size_t len;
    int status = 0;
    struct rs_span reason;
    bool ended;

    close(gnuplot->script);
    ended = listen_to(gnuplot->talk, words, &len);
    close(gnuplot->talk);
    if (!ended)
        kill(gnuplot->pid, SIGKILL);
    while (waitpid(gnuplot->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!ended)
        return rs_fail(err, RS_ERR_IO, NULL, 0,
                       "gnuplot did not end within %d seconds", PATIENCE);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return RS_OK;
    if (WIFSIGNALED(status))
        return rs_fail(err, RS_ERR_IO, NULL, 0,
                       "gnuplot failed: it was ended by signal %d",
                       WTERMSIG(status));
    reason = last_line((struct rs_span){words, len});
    return rs_fail(err, RS_ERR_IO, NULL, 0, "gnuplot failed: %.*s",
                   (int)(reason.len > 200 ? 200 : reason.len), reason.ptr);
}
