using System.Globalization;
using Platform.Screenshots;

if (args.Length == 0)
{
    Console.Error.WriteLine("Photographs every page: dotnet run -c Release --project tests/Platform.Screenshots -- FOLDER [light|dark] [en|zh-CN] [WIDTH]");
    return 1;
}
var themes = args.Skip(1).Where(a => a is "light" or "dark").DefaultIfEmpty().ToArray() is [{ } theme] ? [theme] : (string[])["light", "dark"];
var languages = args.Skip(1).Where(a => a is "en" or "zh-CN").DefaultIfEmpty().ToArray() is [{ } language] ? [language] : (string[])["en", "zh-CN"];
var widths = args.Skip(1).Where(a => int.TryParse(a, CultureInfo.InvariantCulture, out _)).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).DefaultIfEmpty().ToArray() is [> 0 and var width] ? [width] : (int[])[1280, 768];
await using var studio = await Studio.OpenAsync();
await studio.TakeAsync(Directory.CreateDirectory(args[0]).FullName, themes, languages, widths);
return 0;
