using System.Security.Cryptography;

namespace Platform.Postgres.Embedded;

/// <summary>
/// What lies in <c>{home}/postgres</c>: <c>data/</c> (owned by the server's account), <c>password</c>, <c>server.log</c>, and three lock files:
/// <c>users.lock</c> (shared by every process that uses the server), <c>start.lock</c> (whoever looks at or starts the server), <c>keeper.lock</c> (the keeper).
/// </summary>
internal sealed class ServerFolder
{
    private const long RoomForNewData = 150L << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly FileIdentity _owner;

    private ServerFolder(string root, FileIdentity owner)
    {
        Root = root;
        _owner = owner;
    }

    internal string Root { get; }

    internal string Data => Path.Combine(Root, "data");

    internal string UsersLock => Path.Combine(Root, "users.lock");

    internal string StartLock => Path.Combine(Root, "start.lock");

    internal string KeeperLock => Path.Combine(Root, "keeper.lock");

    /// <summary>There while a server was spawned and has not written its own pid file yet.</summary>
    internal string Starting => Path.Combine(Root, "starting");

    internal string LogFile => Path.Combine(Root, "server.log");

    private string PasswordFile => Path.Combine(Root, "password");

    /// <summary>Opens or creates the folder, readable for its owner only.</summary>
    /// <exception cref="DatabaseException">It cannot be created or belongs to somebody else.</exception>
    internal static ServerFolder Open(string home)
    {
        var root = Path.Combine(Path.GetFullPath(home), "postgres");
        try
        {
            Directory.CreateDirectory(home);
            if (!Directory.Exists(root))
                Directory.CreateDirectory(root, OwnerFolder);
            var owner = NativeMethods.Identify(root) ?? throw new IOException($"{root} cannot be looked at");
            if (NativeMethods.UserId != 0 && owner.User != NativeMethods.UserId)
                throw new DatabaseException($"The folder {root} belongs to {ServerAccount.NameOf(owner.User)}, and this program runs as {ServerAccount.NameOf(NativeMethods.UserId)}. Run it as the owner, or choose another home with --home.");
            var folder = new ServerFolder(root, owner);
            foreach (var file in new[] { folder.UsersLock, folder.StartLock, folder.KeeperLock, folder.LogFile })
            {
                if (!File.Exists(file))
                    folder.CreateFile(file, "");
            }

            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatabaseException($"The folder {root} may not be written by {ServerAccount.NameOf(NativeMethods.UserId)}. Run the program as the folder's owner, or choose another home with --home.", e);
        }
        catch (IOException e)
        {
            throw Failures.OfFolder(root, e);
        }
    }

    /// <summary>The password of the server's only role.</summary>
    internal string Password()
    {
        if (!File.Exists(PasswordFile))
            throw new DatabaseException($"{PasswordFile} is missing, so nobody can sign in to the database in {Data}. Put the file back from a backup, or move {Root} away to start with an empty database.");
        return File.ReadAllText(PasswordFile).Trim();
    }

    /// <summary>Makes a new, empty cluster if there is none. A half-made one from a crash is thrown away: the folder gets its name only when it is complete.</summary>
    internal async Task InitializeAsync(PostgresBinaries binaries, ServerAccount account, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(Data, "PG_VERSION")))
            return;
        var free = new DriveInfo(Root).AvailableFreeSpace;
        if (free < RoomForNewData)
            throw new DatabaseException($"The disk of {Root} is full: a new database needs {RoomForNewData >> 20} MB, and {free >> 20} MB are free. Free some space, or choose another home with --home.");

        foreach (var old in Directory.EnumerateDirectories(Root, "data.new-*"))
            Directory.Delete(old, recursive: true);
        var draft = Path.Combine(Root, "data.new-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(draft, OwnerFolder);
        account.Own(draft);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        CreateFile(PasswordFile, password + "\n");
        var handed = PasswordFile + ".initdb";
        CreateFile(handed, password + "\n");
        account.Own(handed);

        // The account may not be allowed to walk the path of the home, so the server knows its folder as its working folder and the password as its standard input.
        var locale = binaries.Major >= 17 ? "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8" : "--locale=C.UTF-8";
        var (exit, output) = await Tool.RunAsync(
            [Tool.Shell, "-c", "exec \"$@\" < ../password.initdb", "sh", .. account.Prefix, binaries.InitDb,
             "-D", ServerProcess.OwnFolder, "-U", ServerProcess.Role, "--auth=scram-sha-256", "--pwfile=/dev/stdin", "-E", "UTF8", .. locale.Split(' ')],
            draft,
            cancellationToken);
        File.Delete(handed);
        if (exit != 0)
        {
            Directory.Delete(draft, recursive: true);
            throw Failures.OfServer("The database could not be created", Root, output);
        }

        Directory.Move(draft, Data);
    }

    /// <summary>Writes a file that only its owner, who is the owner of the folder, may read.</summary>
    internal void CreateFile(string path, string text)
    {
        using (var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(stream))
            writer.Write(text);
        if (NativeMethods.UserId == 0 && _owner.User != 0)
            NativeMethods.ChangeOwner(path, _owner.User, _owner.Group);
    }
}
