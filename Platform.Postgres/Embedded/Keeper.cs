using System.Diagnostics;

namespace Platform.Postgres.Embedded;

/// <summary>
/// A small detached shell that waits until nobody holds the users' lock any more and then stops the server, however its last user died.
/// If the keeper itself is killed, the next look of any user (each second) starts another.
/// </summary>
internal static class Keeper
{
    // $0 keeper: one at a time, then wait in flock for the exclusive lock; the stop script runs while flock holds it, so that nobody starts meanwhile.
    private const string Wait = """
        exec 8>keeper.lock
        flock -n 8 || exit 0
        exec flock -x users.lock sh -c "$1"
        """;

    // A server that was spawned a moment ago may not have written its number yet.
    private const string Stop = """
        tries=0
        while [ -e starting ] && [ ! -s data/postmaster.pid ] && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries+1)); done
        rm -f starting
        server=$(head -n 1 data/postmaster.pid 2>/dev/null)
        [ -n "$server" ] && [ "$(cat /proc/$server/comm 2>/dev/null)" = postgres ] || exit 0
        kill -INT "$server"
        tries=0
        while [ -e data/postmaster.pid ] && kill -0 "$server" 2>/dev/null; do
          tries=$((tries+1))
          [ $tries -eq 300 ] && kill -QUIT "$server"
          [ $tries -gt 450 ] && exit 1
          sleep 0.1
        done
        """;

    /// <summary>Starts a keeper unless one lives.</summary>
    /// <exception cref="DatabaseException">The machine lacks <c>flock</c> or <c>setsid</c>.</exception>
    internal static void Ensure(ServerFolder folder)
    {
        using (var free = FileLock.TryTake(folder.KeeperLock, exclusive: false))
        {
            if (free is null)
                return;
        }

        foreach (var tool in new[] { "flock", "setsid" })
        {
            if (Tool.Find(tool) is null)
                throw new DatabaseException($"'{tool}', which the embedded database needs, was not found. Install the package util-linux, or pass a server with --database.");
        }

        var info = Tool.Describe([Tool.Shell, "-c", "exec setsid sh -c \"$1\" platform-keeper \"$2\" </dev/null >/dev/null 2>&1", "sh", Wait, Stop], folder.Root);
        using var process = Process.Start(info)!;
    }
}
