using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Platform.Postgres;

/// <summary>How rows become records: <c>column_name</c> is <c>ColumnName</c>, times are <see cref="DateTimeOffset"/> in UTC, jsonb is <see cref="JsonElement"/> or <see cref="JsonNode"/>.</summary>
public static class DapperSetup
{
    private static readonly Lazy<bool> Done = new(Set);

    /// <summary>Sets Dapper up for the process; done once, and by <see cref="Database.OpenAsync(DatabaseOptions, CancellationToken)"/> itself.</summary>
    public static void Apply() => _ = Done.Value;

    private static bool Set()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        foreach (var type in new[] { typeof(DateTimeOffset), typeof(DateTimeOffset?), typeof(DateOnly), typeof(DateOnly?), typeof(ulong), typeof(ulong?) })
            SqlMapper.RemoveTypeMap(type);
        SqlMapper.AddTypeHandler(new UtcTimeHandler());
        SqlMapper.AddTypeHandler(new DateHandler());
        SqlMapper.AddTypeHandler(new JsonElementHandler());
        SqlMapper.AddTypeHandler(new JsonNodeHandler());
        SqlMapper.AddTypeHandler(new TransactionIdHandler());
        return true;
    }

    private static NpgsqlParameter Typed(IDbDataParameter parameter, NpgsqlDbType type)
    {
        var typed = (NpgsqlParameter)parameter;
        typed.NpgsqlDbType = type;
        return typed;
    }

    private sealed class UtcTimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset time => time.ToUniversalTime(),
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => throw new DataException($"A column of type {value.GetType().Name} is no time."),
        };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            Typed(parameter, NpgsqlDbType.TimestampTz).Value = value.ToUniversalTime();
    }

    private sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly date ? date : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => Typed(parameter, NpgsqlDbType.Date).Value = value;
    }

    private sealed class JsonElementHandler : SqlMapper.TypeHandler<JsonElement>
    {
        public override JsonElement Parse(object value)
        {
            using var document = JsonDocument.Parse((string)value);
            return document.RootElement.Clone();
        }

        public override void SetValue(IDbDataParameter parameter, JsonElement value) =>
            Typed(parameter, NpgsqlDbType.Jsonb).Value = value.GetRawText();
    }

    private sealed class JsonNodeHandler : SqlMapper.TypeHandler<JsonNode>
    {
        public override JsonNode? Parse(object value) => JsonNode.Parse((string)value);

        public override void SetValue(IDbDataParameter parameter, JsonNode? value) =>
            Typed(parameter, NpgsqlDbType.Jsonb).Value = value is null ? DBNull.Value : value.ToJsonString();
    }

    /// <summary>xid8, the full transaction id.</summary>
    private sealed class TransactionIdHandler : SqlMapper.TypeHandler<ulong>
    {
        public override ulong Parse(object value) => (ulong)value;

        public override void SetValue(IDbDataParameter parameter, ulong value) => Typed(parameter, NpgsqlDbType.Xid8).Value = value;
    }
}
