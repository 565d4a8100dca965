using System.Data.Common;
using System.Net.Sockets;

namespace Platform.Designer.Shell;

/// <summary>Tells whether a failure is that of a database which does not answer, rather than of the page.</summary>
internal static class Outage
{
    public static bool Is(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
            if (at is DbException { IsTransient: true } or DbException { SqlState: ['5', '7', 'P', ..] } or SocketException or TimeoutException || (at is DbException && at.InnerException is IOException or SocketException or TimeoutException))
                return true;
        return false;
    }
}
