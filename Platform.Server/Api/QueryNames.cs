using System.Reflection;
using Platform.Engine;

namespace Platform.Server.Api;

/// <summary>Refuses query parameters that an operation does not have: a misspelt filter would otherwise be ignored, and everything be listed.</summary>
internal static class QueryNames
{
    /// <summary>A filter that knows the parameters of its handler.</summary>
    public static EndpointFilterDelegate Check(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var names = factory.MethodInfo.GetParameters().Where(IsSimple).Select(p => p.Name!).ToArray();
        return context =>
        {
            var request = context.HttpContext.Request;
            if (request.Query.Count == 0)
                return next(context);
            // What the address holds is not given in the query.
            var known = names.Where(n => !request.RouteValues.ContainsKey(n)).ToList();
            var strangers = request.Query.Keys.Where(k => !known.Contains(k, StringComparer.OrdinalIgnoreCase)).ToList();
            return strangers is [] ? next(context) : throw new EngineException("bad-input",
                $"There is no query parameter {string.Join(" or ", strangers.Select(s => $"'{ApiJson.Short(s)}'"))} here. {(known.Count == 0 ? "This operation takes none: leave the query out." : $"There {(known.Count == 1 ? "is" : "are")}: {string.Join(", ", known)}.")}");
        };
    }

    /// <summary>What is read from the address or the query rather than from the body, a header or the services.</summary>
    private static bool IsSimple(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttributes().Any(a => a is Microsoft.AspNetCore.Http.Metadata.IFromHeaderMetadata or Microsoft.AspNetCore.Http.Metadata.IFromBodyMetadata or Microsoft.AspNetCore.Http.Metadata.IFromServiceMetadata))
            return false;
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type == typeof(string) || type.IsEnum || type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>));
    }
}
