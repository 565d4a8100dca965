namespace Platform.Postgres.Embedded;

/// <summary>Turns what the server or the file system said into what happened and what to do.</summary>
internal static class Failures
{
    private const int NoSpaceLeft = 28;

    internal static DatabaseException OfFolder(string folder, IOException e) =>
        IsDiskFull(e)
            ? new DatabaseException($"The disk of {folder} is full. Free some space, or choose another home with --home.", e)
            : new DatabaseException($"The database folder {folder} cannot be used: {e.Message}", e);

    internal static DatabaseException OfServer(string what, string folder, string said)
    {
        if (said.Contains("No space left on device", StringComparison.Ordinal) || said.Contains("Disk quota exceeded", StringComparison.Ordinal))
            return new DatabaseException($"{what}: the disk of {folder} is full. Free some space, or choose another home with --home.");
        if (said.Contains("Cannot allocate memory", StringComparison.Ordinal) || said.Contains("could not map anonymous shared memory", StringComparison.Ordinal))
            return new DatabaseException($"{what}: the machine has too little free memory. PostgreSQL said: {Tail(said)}");
        if (said.Contains("setpriv:", StringComparison.Ordinal))
            return new DatabaseException($"{what}: setpriv could not change the account. Run the program as an ordinary user, or in a container that may change accounts (CAP_SETUID, CAP_SETGID). It said: {Tail(said)}");
        if (said.Contains("Permission denied", StringComparison.Ordinal) || said.Contains("has wrong ownership", StringComparison.Ordinal))
            return new DatabaseException($"{what}: the server may not use {folder}. Give its data folder to one account, or choose another home with --home. PostgreSQL said: {Tail(said)}");
        return new DatabaseException($"{what} in {folder}. PostgreSQL said: {Tail(said)}");
    }

    private static bool IsDiskFull(IOException e) => (e.HResult & 0xffff) == NoSpaceLeft;

    private static string Tail(string said)
    {
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "nothing" : string.Join(" | ", lines.TakeLast(6));
    }
}
