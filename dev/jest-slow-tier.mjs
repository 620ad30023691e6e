// Real servers take longer than Jest's five seconds; the option of a project's own is not read by Jest.
import.meta.jest.setTimeout(120_000);
