/** Labels by which Istio's ambient mode is told what to do. */
export const WAYPOINT_LABEL = 'istio.io/use-waypoint';
