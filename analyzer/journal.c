/* The journal of this host, as a child journalctl writes it. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

#define REMARK_MAX 400

struct rs_journal {
    pid_t pid; /* 0 once it was waited for */
    int talk;  /* what it writes to standard error */
    char remark[REMARK_MAX + 1];
};

/* Whatever came by syslog's facility for mail (2), which is how nearly all
 * mail programs log.  Under systemd some write to their standard error
 * instead, and PAM speaks for Dovecot by a facility of its own. */
static const char *const arguments[] = {
    "--no-pager",
    "--output=export",
    "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,SYSLOG_PID,_COMM,_PID,_HOSTNAME"
    ",_SOURCE_REALTIME_TIMESTAMP",
    "SYSLOG_FACILITY=2",
    "+",
    "_COMM=auth",
    "_COMM=courierd",
    "_COMM=dovecot",
    "_COMM=exim",
    "_COMM=exim4",
    "_COMM=opensmtpd",
    "_COMM=sendmail",
    "_COMM=smtpd",
    "+",
    "SYSLOG_IDENTIFIER=dovecot",
    "SYSLOG_IDENTIFIER=exim",
    "SYSLOG_IDENTIFIER=exim4",
    "SYSLOG_IDENTIFIER=smtpd",
    NULL,
};

/* Two ends each: 0 is ours. */
struct pipes {
    int text[2], talk[2];
};

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* Nobody reads the talk before the end: what does not fit then is lost to
 * the child, which is not kept waiting. */
static int open_pipes(struct pipes *pipes)
{
    int error;

    if (pipe2(pipes->text, O_CLOEXEC) != 0)
        return errno;
    if (pipe2(pipes->talk, O_CLOEXEC | O_NONBLOCK) == 0)
        return 0;
    error = errno;
    close_pair(pipes->text);
    return error;
}

/* The program, perhaps since when, what it is always told. */
struct command_line {
    char program[sizeof "journalctl"];
    char since[sizeof "--since=@" + 20];
    char *argv[2 + sizeof arguments / sizeof *arguments];
};

static void make_command(struct command_line *line, rs_time since)
{
    size_t n = 0;

    memcpy(line->program, "journalctl", sizeof line->program);
    line->argv[n++] = line->program;
    if (since != RS_TIME_NONE) {
        snprintf(line->since, sizeof line->since, "--since=@%lld",
                 (long long)(since / RS_SECOND));
        line->argv[n++] = line->since;
    }
    memcpy(line->argv + n, arguments, sizeof arguments); /* only read */
}

static int spawn(pid_t *pid, const struct pipes *pipes, rs_time since)
{
    struct command_line line;
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return error;
    make_command(&line, since);
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                             "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, pipes->text[1],
                                                 STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, pipes->talk[1],
                                                 STDERR_FILENO);
    if (error == 0)
        error = posix_spawnp(pid, line.program, &actions, NULL, line.argv,
                             environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

enum rs_status rs_journal_start(rs_time since, struct rs_journal **out,
                                int *fd, struct rs_error *err)
{
    struct rs_journal *journal = rs_alloc(sizeof *journal);
    struct pipes pipes;
    int error;

    if (journal == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    error = open_pipes(&pipes);
    if (error == 0) {
        error = spawn(&journal->pid, &pipes, since);
        close(pipes.text[1]);
        close(pipes.talk[1]);
        if (error == 0) {
            journal->talk = pipes.talk[0];
            *fd = pipes.text[0];
            *out = journal;
            return RS_OK;
        }
        close(pipes.text[0]);
        close(pipes.talk[0]);
    }
    rs_free(journal);
    if (error == ENOENT)
        return rs_fail(err, RS_ERR_IO, RS_JOURNAL_NAME, 0,
                       "the program journalctl was not found");
    return rs_fail(err, RS_ERR_IO, RS_JOURNAL_NAME, 0,
                   "cannot start journalctl: %s", strerror(error));
}

/* Keep the talk as one line without a full stop. */
static void read_remark(struct rs_journal *journal)
{
    char *remark = journal->remark;
    size_t len = 0;
    ssize_t n;

    while (len < REMARK_MAX
           && (n = read(journal->talk, remark + len, REMARK_MAX - len)) != 0) {
        if (n < 0 && errno != EINTR)
            break;
        len += n > 0 ? (size_t)n : 0;
    }
    while (len > 0 && memchr(" \n.", remark[len - 1], 3) != NULL)
        len--;
    for (size_t i = 0; i < len; i++)
        if (remark[i] == '\n' || remark[i] == '\0')
            remark[i] = ' ';
    remark[len] = '\0';
}

static int wait_for(struct rs_journal *journal)
{
    int status = 0;

    while (waitpid(journal->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    journal->pid = 0;
    read_remark(journal);
    close(journal->talk);
    return status;
}

enum rs_status rs_journal_wait(struct rs_journal *journal, bool early,
                               struct rs_error *err)
{
    const char *remark = journal->remark;
    int status;

    if (early)
        kill(journal->pid, SIGTERM);
    status = wait_for(journal);
    if (early || status == 0)
        return RS_OK;
    if (WIFSIGNALED(status))
        return rs_fail(err, RS_ERR_IO, RS_JOURNAL_NAME, 0,
                       "journalctl was ended by signal %d", WTERMSIG(status));
    return rs_fail(err, RS_ERR_IO, RS_JOURNAL_NAME, 0,
                   "journalctl ended with exit status %d%s%s",
                   WEXITSTATUS(status), remark[0] == '\0' ? "" : ": ", remark);
}

const char *rs_journal_remark(const struct rs_journal *journal)
{
    return journal->remark;
}

void rs_journal_free(struct rs_journal *journal)
{
    if (journal != NULL && journal->pid != 0)
        rs_journal_wait(journal, true, NULL);
    rs_free(journal);
}
