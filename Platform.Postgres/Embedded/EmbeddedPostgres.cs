using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Platform.Postgres.Embedded;

/// <summary>
/// PostgreSQL without installing anything: a server of one's own in <c>{home}/postgres</c>. Several processes share a home: the first starts the server, the others find it,
/// and the last to leave stops it, whatever dies first. While this object lives the server is brought back, on the same port, if somebody kills it.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(2);

    private readonly ServerFolder _folder;
    private readonly EmbeddedPostgresOptions _options;
    private readonly FileLock _using;
    private readonly CancellationTokenSource _leaving = new();
    private readonly ILogger _log;
    private ServerProcess _server;
    private Task _watch = Task.CompletedTask;
    private bool _left;

    private EmbeddedPostgres(ServerFolder folder, EmbeddedPostgresOptions options, FileLock usersLock, ServerProcess server)
    {
        _folder = folder;
        _options = options;
        _using = usersLock;
        _server = server;
        _log = options.LoggerFactory.CreateLogger<EmbeddedPostgres>();
    }

    /// <summary>How to connect: role, password, port and database. Keep it out of logs.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _server.Port,
        Username = ServerProcess.Role,
        Password = _folder.Password(),
        Database = "postgres",
    }.ConnectionString;

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _server.Process;

    /// <summary>Whether a home has a database of its own, running or not. Makes nothing.</summary>
    public static bool Exists(string home) => File.Exists(Path.Combine(Path.GetFullPath(home), "postgres", "data", "PG_VERSION"));

    /// <summary>Finds the home's server or starts it, creating an empty database the first time.</summary>
    /// <exception cref="DatabaseException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var folder = ServerFolder.Open(options.Home);
        FileLock? usersLock = null;
        try
        {
            // From here on no keeper stops the server. It holds the lock only while it is stopping one, and then we wait for it.
            usersLock = await FileLock.TakeAsync(folder.UsersLock, exclusive: false, LockLimit, options.Clock, cancellationToken);
            Keeper.Ensure(folder);
            var server = await EnsureServerAsync(folder, options, knownPort: 0, cancellationToken);
            var started = new EmbeddedPostgres(folder, options, usersLock, server);
            started._watch = Task.Run(started.WatchAsync, CancellationToken.None);
            return started;
        }
        catch (Exception e)
        {
            usersLock?.Dispose();
            throw e switch
            {
                TimeoutException => new DatabaseException($"The database folder {folder.Root} is held by another process for more than {LockLimit.TotalMinutes:F0} minutes. End the processes that use it (fuser {folder.UsersLock}), then try again.", e),
                IOException io => Failures.OfFolder(folder.Root, io),
                UnauthorizedAccessException => new DatabaseException($"A file in {folder.Root} may not be used: {e.Message} Run the program as the folder's owner, or choose another home with --home.", e),
                _ => e,
            };
        }
    }

    /// <summary>Leaves the server; if nobody else uses it, stops it and returns when it has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_left)
            return;
        _left = true;
        await _leaving.CancelSafelyAsync();
        await _watch;
        // The change of the lock is not atomic: the keeper may come first, and then stops the server as well as we would.
        if (_using.TryMakeExclusive())
        {
            if (ServerProcess.Find(_folder.Data) is { } server)
                await server.StopAsync(_folder.Data, _options.Clock);
        }
        else
        {
            var since = _options.Clock.GetTimestamp();
            while (!_using.TryShare() && _options.Clock.GetElapsedTime(since) < TimeSpan.FromSeconds(45))
                await Task.Delay(TimeSpan.FromMilliseconds(10), _options.Clock, CancellationToken.None);
            // Others stay, or are just dying: if the keeper was killed since our last look, nobody else may be left to notice.
            if (ServerProcess.Find(_folder.Data) is not null)
                Keeper.Ensure(_folder);
        }

        _using.Dispose();
        _leaving.Dispose();
    }

    private static async Task<ServerProcess> EnsureServerAsync(ServerFolder folder, EmbeddedPostgresOptions options, int knownPort, CancellationToken cancellationToken)
    {
        using var starting = await FileLock.TakeAsync(folder.StartLock, exclusive: true, LockLimit, options.Clock, cancellationToken);
        var account = ServerAccount.Choose(folder.Data);
        var since = options.Clock.GetTimestamp();
        while (ServerProcess.Find(folder.Data) is { } running)
        {
            // Not ready: it recovers from a crash, or it is shutting down after its keeper was killed.
            if (running.Ready)
                return running;
            if (options.Clock.GetElapsedTime(since) > TimeSpan.FromMinutes(5))
                throw new DatabaseException($"The database server in {folder.Root} (process {running.Process}) has not been ready for 5 minutes. Look into {folder.LogFile}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), options.Clock, cancellationToken);
        }

        var binaries = await PostgresBinaries.FindAsync(account, folder.Data, cancellationToken);
        await folder.InitializeAsync(binaries, account, cancellationToken);
        return await ServerProcess.StartAsync(folder, binaries, account, knownPort, options.Settings, options.Clock, cancellationToken);
    }

    /// <summary>Looks each second whether the server and its keeper live, and brings back what does not.</summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Look, _options.Clock);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_leaving.Token))
                    return;
                Keeper.Ensure(_folder);
                if (ServerProcess.Find(_folder.Data) is { } living)
                {
                    _server = living;
                    continue;
                }

                LogServerGone(_server.Process, _folder.Root);
                _server = await EnsureServerAsync(_folder, _options, _server.Port, _leaving.Token);
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is DatabaseException or IOException or UnauthorizedAccessException or TimeoutException or System.ComponentModel.Win32Exception)
            {
                // A full disk may get room again: keep trying, and say why each time.
                LogNotBack(e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database server (process {Process}) in {Folder} is gone; starting it again.")]
    private partial void LogServerGone(int process, string folder);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database server could not be started again: {Reason}")]
    private partial void LogNotBack(string reason);
}

/// <summary>Where and how the embedded server runs.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The platform's home folder; the server lives in <c>postgres/</c> below it. Created when missing.</summary>
    public required string Home { get; init; }

    /// <summary>PostgreSQL settings beside the usual ones, for whoever starts the server first. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>For waiting. Default: the machine's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hears when the server had to be brought back. Default: nobody.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
