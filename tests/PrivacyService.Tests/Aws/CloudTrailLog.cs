using System.Text.Json.Nodes;

namespace PrivacyService.Tests.Aws;

/// <summary>A log file of CloudTrail: people and roles of a few accounts work on the same resources.</summary>
internal static class CloudTrailLog
{
    public static string Write(int seed, int events)
    {
        var texts = new AwsTexts(seed);
        var accounts = Enumerable.Range(0, 4).Select(_ => texts.Account).ToArray();
        var roles = Enumerable.Range(0, 12).Select(number => (Name: $"acme-role-{number:d3}", Id: texts.Principal, Account: texts.Pick(accounts))).ToArray();
        var users = Enumerable.Range(0, 8).Select(number => (Name: $"person-{number:d3}", Id: texts.Principal, Account: texts.Pick(accounts))).ToArray();
        var instances = Enumerable.Range(0, 30).Select(_ => texts.Instance).ToArray();
        var buckets = Enumerable.Range(0, 10).Select(number => $"acme-data-{number:d3}").ToArray();
        var records = new JsonArray();
        for (var i = 0; i < events; i++)
        {
            var role = texts.Pick(roles);
            var user = texts.Pick(users);
            var isRole = i % 3 > 0;
            records.Add(new JsonObject
            {
                ["eventVersion"] = "1.09",
                ["userIdentity"] = isRole ? Role(role.Name, role.Id, role.Account, texts.Pick(instances)) : User(user.Name, user.Id, user.Account),
                ["eventTime"] = $"2024-11-21T04:{i / 60 % 60:d2}:{i % 60:d2}Z",
                ["eventSource"] = i % 2 == 0 ? "ec2.amazonaws.com" : "s3.amazonaws.com",
                ["eventName"] = i % 2 == 0 ? "StopInstances" : "GetObject",
                ["awsRegion"] = "eu-west-1",
                ["sourceIPAddress"] = "AWS Internal",
                ["requestParameters"] = i % 2 == 0 ? Instances(texts.Pick(instances), texts.Pick(instances)) : Object(texts.Pick(buckets)),
                ["eventID"] = $"evt-{i:d6}",
                ["resources"] = new JsonArray(new JsonObject
                {
                    ["accountId"] = role.Account,
                    ["type"] = "AWS::IAM::Role",
                    ["ARN"] = $"arn:aws:iam::{role.Account}:role/{role.Name}",
                }),
                ["recipientAccountId"] = texts.Pick(accounts),
            });
        }

        return new JsonObject { ["Records"] = records }.ToJsonString();
    }

    private static JsonObject Role(string name, string id, string account, string session) => new()
    {
        ["type"] = "AssumedRole",
        ["principalId"] = $"{id}:{session}",
        ["arn"] = $"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        ["accountId"] = account,
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "Role",
                ["principalId"] = id,
                ["arn"] = $"arn:aws:iam::{account}:role/{name}",
                ["accountId"] = account,
                ["userName"] = name,
            },
        },
    };

    private static JsonObject User(string name, string id, string account) => new()
    {
        ["type"] = "IAMUser",
        ["principalId"] = id,
        ["arn"] = $"arn:aws:iam::{account}:user/{name}",
        ["accountId"] = account,
        ["userName"] = name,
    };

    private static JsonObject Instances(params string[] ids) => new()
    {
        ["instancesSet"] = new JsonObject { ["items"] = new JsonArray([.. ids.Select(id => new JsonObject { ["instanceId"] = id })]) },
    };

    private static JsonObject Object(string bucket) => new()
    {
        ["bucketName"] = bucket,
        ["Host"] = bucket + ".s3.eu-west-1.amazonaws.com",
        ["key"] = "reports/2024/11.csv",
    };
}
