using System.Text;
using Platform.Learning.Recommend;
using Platform.Tables.Native;

namespace Platform.Activities.Score;

/// <summary>Rankings as a temporary table: user, item, rank from 1, score, and scored_for where the interval is kept.</summary>
internal static class RankingTable
{
    public const string Name = "rankings";
    public const string UserColumn = "user";

    /// <summary>Ranks and fills the table in chunks, without an object a row.</summary>
    /// <returns>Rows written.</returns>
    public static long Fill(DuckDbConnection connection, RecommenderModel model, UserList users, int count, DateTimeOffset? scoredFor, CancellationToken cancellationToken)
    {
        connection.Execute($"create or replace temp table {Name} (\"{UserColumn}\" varchar, item varchar, rank integer, score double{(scoredFor is null ? "" : ", scored_for timestamptz")})", parameters: null, cancellationToken);
        var itemIds = Array.ConvertAll(model.Items.ToArray(), Encoding.UTF8.GetBytes);
        var microseconds = scoredFor is { } time ? (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : 0;
        var ranker = model.CreateRanker(count);
        using var appender = connection.Append(Name);
        var filled = 0;
        for (var n = 0; n < users.Ids.Count; n++)
        {
            if (n % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var user = Encoding.UTF8.GetBytes(users.Ids[n]);
            ranker.Rank(users.Positions[n]);
            for (var rank = 0; rank < ranker.Items.Length; rank++)
            {
                appender.SetUtf8(0, filled, user);
                appender.SetUtf8(1, filled, itemIds[ranker.Items[rank]]);
                appender.Column<int>(2)[filled] = rank + 1;
                appender.Column<double>(3)[filled] = ranker.Scores[rank];
                if (scoredFor is not null)
                    appender.Column<long>(4)[filled] = microseconds;
                if (++filled == appender.Capacity)
                {
                    appender.Flush(filled);
                    filled = 0;
                }
            }
        }
        if (filled > 0)
            appender.Flush(filled);
        appender.Complete();
        return appender.RowsWritten;
    }
}
