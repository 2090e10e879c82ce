using System.Globalization;
using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Platform.Tasks.Items;
using TaskService.Inputs;

namespace TaskService.Results;

/// <summary>Sends a result, or the part of it that was asked for, without holding more than a few chunks.</summary>
internal sealed class ResultDownload(TaskItem task, ResultFile file, IReadOnlyList<int> index, ResultStore results) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(string), [RecordFormat.NdJson.MediaType(), RecordFormat.Csv.MediaType(), MediaTypeNames.Application.Zip]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status206PartialContent));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status416RangeNotSatisfiable));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request.GetTypedHeaders(), httpContext.Response);
        var length = task.ResultLength;

        // A result never changes, so the task names it.
        var tag = new EntityTagHeaderValue($"\"{task.Id}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.IfNoneMatch.Any(given => given == EntityTagHeaderValue.Any || given.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var range = httpContext.Request.Headers.Range.ToString();
        var isSame = request.IfRange?.EntityTag is null ? request.IfRange is null : request.IfRange.EntityTag.Compare(tag, useStrongComparison: true);
        var answer = ByteRange.Resolve(range.Length > 0 && isSame ? range : null, length, out var part);
        if (answer == RangeAnswer.NotSatisfiable)
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }

        response.ContentType = file.ContentType;
        response.ContentLength = part.Length;
        response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        if (answer == RangeAnswer.Part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part.Start}-{part.Start + part.Length - 1}/{length}");
        }

        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await results.WriteAsync(task.Id, index, part, response.BodyWriter, httpContext.RequestAborted);
        }
    }
}
