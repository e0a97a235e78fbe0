"""The settings of the API and of the document that describes it; a part of trackagoat.settings."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.ApiKeyAuthentication"],
    # A key opens everything its organization has: who may not go on is refused before permissions are asked.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["api.limits.PlanThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "api.errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "trackagoat API",
    "DESCRIPTION": "Read-only access to what your organization tracks on TikTok.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.contract.complete"],
    # A field's words have one name in clients, whatever else comes to be called alike; api.enumerations explains them.
    "ENUM_NAME_OVERRIDES": {
        "AnnotationKind": "analytics.models.Annotation.Kind",
        "Availability": "videos.models.Video.Availability",
        "CountsPrecision": ["exact", "rounded"],
        "CreatorChangeKind": "creators.models.CreatorChange.Kind",
        "CreatorStatus": "creators.models.Creator.Status",
        "EntityRole": ["resource", "answer", "part"],
        "EntityType": "api.analytics.ENTITIES",
        "ErrorCode": "api.errors.CODES",
        "FieldType": ["id", "text", "integer", "number", "boolean", "day", "time", "json", "object", "list"],
        "GoalMeasure": "goals.terms.Measure",
        "GoalPeriod": "goals.terms.PeriodKind",
        "GoalStatus": "goals.evaluation.STATUSES",
        "GoalType": "goals.terms.GoalType",
        "Granularity": ["hour", "day", "week", "month"],
        "ItemType": "campaigns.models.CampaignItem.Type",
        "LimitScope": ["key_per_minute", "org_per_day"],
        "MetricKind": ["additive", "level", "ratio"],
        "MetricUnit": ["count", "percent", "per_week", "per_post"],
        "Mode": "analytics.query.MODES",
        "OutlierDirection": ["high", "low"],
        "PostKind": ["video", "photo"],
        "Tier": ["free", "starter", "ultra"],
        "TrackingMode": "creators.models.Creator.TrackingMode",
        "TrackingStatus": "api.videos.SHOWN_STATUSES",
    },
}
