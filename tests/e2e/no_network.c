/* Preloaded: writes every socket of the Internet that is asked for to the file
 * named by $SOCKETS, and refuses it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int socket(int domain, int type, int protocol)
{
    int (*real)(int, int, int) = 0;
    int fd;

    *(void **)&real = dlsym(RTLD_NEXT, "socket");
    if (domain != AF_INET && domain != AF_INET6)
        return real(domain, type, protocol);
    fd = open(getenv("SOCKETS"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        (void)!write(fd, "AF_INET\n", 8);
        close(fd);
    }
    errno = EACCES;
    return -1;
}
