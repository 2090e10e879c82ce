using Platform.Tasks.Items;
using TaskService.Inputs;

namespace TaskService.Results;

/// <summary>A result as a file: what it is, and what it is called.</summary>
internal sealed record ResultFile(string ContentType, string Name)
{
    public const string TypeField = "resultType";
    public const string NameField = "resultName";
}

internal static class ResultFileExtensions
{
    extension(TaskItem task)
    {
        /// <summary>The file that the task makes: records in the format that they came in, or what its handler wrote. Null where it makes none.</summary>
        public ResultFile? ResultFile => (task.Text(ResultFile.TypeField), task.Text(ResultFile.NameField), task.Input) switch
        {
            ({ } type, { } name, _) => new ResultFile(type, name),
            (_, _, { } input) => new ResultFile($"{input.Format.MediaType()}; charset=utf-8", $"{task.Id}.{input.Format.Extension()}"),
            _ => null,
        };
    }
}
